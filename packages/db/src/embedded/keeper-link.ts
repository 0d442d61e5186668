import { readFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** What the keeper says on its socket, one JSON object per line. */
type KeeperMessage =
  | { readonly state: 'joined'; readonly pid: number }
  | { readonly state: 'ready'; readonly url: string }
  | { readonly state: 'failed'; readonly message: string }
  | { readonly state: 'paused' | 'resumed' | 'killed' };

/** An open socket to the keeper. While it is open, the server lives. */
export interface KeeperLink {
  readonly url: string;
  readonly keeperPid: number;
  /** Throws when the keeper ends before it answers. */
  ask(what: 'pause' | 'resume' | 'kill'): Promise<void>;
  /** Says goodbye; resolves when the keeper has let go: at once, or when the server is down if this was its last client. */
  leave(): Promise<void>;
  /** Called once when the socket closes without a goodbye: the keeper was killed. */
  onLost(listener: () => void): void;
}

/** The keeper could not start the server; its reason is the message. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

/** How long a keeper may take to answer at all. It never blocks for long, not even while it creates the cluster. */
const ANSWER_TIMEOUT_MS = 5_000;

/** Null when there is no keeper, or none any more. Waits while the keeper starts the server, as long as the keeper lives. */
export async function joinKeeper(dataDir: string): Promise<KeeperLink | null> {
  const door = await readDoor(dataDir);
  if (door === null) return null;
  const socket = net.connect(door.port, '127.0.0.1');
  const messages = readMessages(socket);
  const ask = (what: string): void => {
    socket.write(`${JSON.stringify({ token: door.token, ask: what })}\n`);
  };
  ask('join');
  // The port of a dead keeper may be somebody else's by now, who says nothing, or nothing that a keeper says.
  const deadline = setTimeout(() => socket.destroy(), ANSWER_TIMEOUT_MS);
  const joined = await messages.next();
  clearTimeout(deadline);
  if (joined?.state !== 'joined') {
    socket.destroy();
    return null;
  }
  const first = await messages.next();
  if (first === null) return null;
  if (first.state === 'failed') throw new EmbeddedPostgresError(first.message);
  if (first.state !== 'ready') throw new EmbeddedPostgresError(`The keeper answered ${first.state}`);
  // An open link keeps the server alive, not this process.
  socket.unref();
  let leaving = false;
  return {
    url: first.url,
    keeperPid: joined.pid,
    ask: async (what) => {
      socket.ref();
      ask(what);
      const answer = await messages.next();
      socket.unref();
      if (answer === null) throw new EmbeddedPostgresError(`The keeper ended before it answered ${what}`);
      if (answer.state === 'failed') throw new EmbeddedPostgresError(answer.message);
    },
    leave: async () => {
      leaving = true;
      socket.ref();
      ask('leave');
      await messages.closed;
    },
    onLost: (listener) => {
      void messages.closed.then(() => {
        if (!leaving) listener();
      });
    },
  };
}

async function readDoor(dataDir: string): Promise<{ readonly port: number; readonly token: string } | null> {
  try {
    const door: unknown = JSON.parse(await readFile(path.join(dataDir, 'keeper.json'), 'utf8'));
    if (typeof door !== 'object' || door === null || !('port' in door) || !('token' in door)) return null;
    return typeof door.port === 'number' && typeof door.token === 'string' ? { port: door.port, token: door.token } : null;
  } catch {
    return null;
  }
}

interface Messages {
  /** The next message, or null when the socket closed. */
  next(): Promise<KeeperMessage | null>;
  readonly closed: Promise<void>;
}

function readMessages(socket: net.Socket): Messages {
  const lines = createInterface({ input: socket });
  const received: KeeperMessage[] = [];
  const waiting: ((message: KeeperMessage | null) => void)[] = [];
  let open = true;
  lines.on('line', (line) => {
    const message = parseMessage(line);
    if (message === null) {
      socket.destroy();
      return;
    }
    const waiter = waiting.shift();
    if (waiter === undefined) received.push(message);
    else waiter(message);
  });
  lines.on('error', () => {});
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      open = false;
      for (const waiter of waiting.splice(0)) waiter(null);
      resolve();
    });
  });
  return {
    closed,
    next: async () => {
      const message = received.shift();
      if (message !== undefined) return message;
      return open ? new Promise((resolve) => waiting.push(resolve)) : null;
    },
  };
}

/** Null for what no keeper says. */
function parseMessage(line: string): KeeperMessage | null {
  try {
    const message: unknown = JSON.parse(line);
    // Whoever names a state is a keeper, which is our own program and says nothing else.
    return typeof message === 'object' && message !== null && 'state' in message ? (message as KeeperMessage) : null;
  } catch {
    return null;
  }
}
