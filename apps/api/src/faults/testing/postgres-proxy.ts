import net from 'node:net';
import { textsOf, WireReader, type WireMessage } from './wire-messages.ts';

/**
 * What becomes of the COMMIT of a transaction that judges operations: `cut-before`, it never reaches the server; `cut-after`, it was executed and its
 * answer is lost with the connection; `hold-answer`, it was executed and its answer never comes.
 */
export type CommitFault = 'cut-before' | 'cut-after' | 'hold-answer';

export interface PostgresProxy {
  /** The database's URL by way of this proxy. */
  readonly url: string;
  /** Faults that happened, in order. */
  readonly happened: readonly CommitFault[];
  /** Lays faults out for the next COMMITs of this tenant's judging transactions, one each. Jobs and checkpoints pass. */
  onCommitOf(tenantId: string, ...faults: readonly CommitFault[]): void;
  /** Drops every connection; with `refuse`, new ones too until `accept`. */
  cutAll(options?: { readonly refuse: boolean }): void;
  accept(): void;
  close(): Promise<void>;
}

/** A proxy in front of PostgreSQL that knows where a COMMIT stands in the stream, so that a test can cut exactly there. */
export async function startPostgresProxy(databaseUrl: string): Promise<PostgresProxy> {
  const target = new URL(databaseUrl);
  const pairs = new Set<Pair>();
  const planned = new Map<string, CommitFault[]>();
  const happened: CommitFault[] = [];
  let refusing = false;

  const server = net.createServer((client) => {
    if (refusing) {
      client.destroy();
      return;
    }
    const pair = new Pair(client, net.connect(Number(target.port), target.hostname), {
      faultOf: (tenantId) => planned.get(tenantId)?.shift() ?? null,
      happened: (fault) => void happened.push(fault),
      closed: () => void pairs.delete(pair),
    });
    pairs.add(pair);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = new URL(databaseUrl);
  // Not a pipe: the server listens on a port.
  url.port = String((server.address() as net.AddressInfo).port);

  return {
    url: url.href,
    happened,
    onCommitOf: (tenantId, ...faults) => void planned.set(tenantId, [...faults]),
    cutAll({ refuse } = { refuse: false }) {
      refusing = refuse;
      for (const pair of pairs) pair.cut();
    },
    accept() {
      refusing = false;
    },
    async close() {
      for (const pair of pairs) pair.cut();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

interface PairPorts {
  faultOf(tenantId: string): CommitFault | null;
  happened(fault: CommitFault): void;
  closed(): void;
}

/** Whoever judges operations locks their devices first. */
const JUDGES = /FROM device .*FOR NO KEY UPDATE/s;
const TENANT = /set local app\.tenant = '([0-9a-f-]+)'/;

/** One connection of a client and the one that stands for it at the server. */
class Pair {
  readonly #client: net.Socket;
  readonly #server: net.Socket;
  readonly #ports: PairPorts;
  /** Prepared statements by which a judging transaction is known. */
  readonly #telling = new Set<string>();
  #tenantId: string | null = null;
  #judging = false;
  /** A COMMIT was let through; its answer will not be. */
  #awaited: CommitFault | null = null;
  #silent = false;

  constructor(client: net.Socket, server: net.Socket, ports: PairPorts) {
    this.#client = client;
    this.#server = server;
    this.#ports = ports;
    const requests = new WireReader(true);
    const answers = new WireReader(false);
    client.on('data', (chunk) => {
      for (const message of requests.read(chunk)) this.#request(message);
    });
    server.on('data', (chunk) => {
      for (const message of answers.read(chunk)) this.#answer(message);
    });
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', () => this.cut());
      socket.on('close', () => this.cut());
    }
  }

  cut(): void {
    this.#client.destroy();
    this.#server.destroy();
    this.#ports.closed();
  }

  #request(message: WireMessage): void {
    if (this.#server.destroyed) return;
    this.#listenTo(message);
    if (message.type === 'Q' && textsOf(message)[0] === 'commit' && this.#faulted()) return;
    this.#server.write(message.bytes);
  }

  #listenTo(message: WireMessage): void {
    if (message.type === 'Q') {
      const [text = ''] = textsOf(message);
      if (!text.startsWith('begin')) return;
      this.#tenantId = TENANT.exec(text)?.[1] ?? null;
      this.#judging = false;
    } else if (message.type === 'P') {
      const [name = '', text = ''] = textsOf(message);
      if (JUDGES.test(text)) this.#telling.add(name);
    } else if (message.type === 'B') {
      const [, name = ''] = textsOf(message);
      if (this.#telling.has(name)) this.#judging = true;
    }
  }

  /** True when the COMMIT must not pass. */
  #faulted(): boolean {
    const fault = this.#judging && this.#tenantId !== null ? this.#ports.faultOf(this.#tenantId) : null;
    if (fault === null) return false;
    if (fault !== 'cut-before') {
      this.#awaited = fault;
      return false;
    }
    this.#ports.happened(fault);
    this.cut();
    return true;
  }

  #answer(message: WireMessage): void {
    if (this.#awaited !== null && message.type === 'C' && textsOf(message)[0] === 'COMMIT') {
      const fault = this.#awaited;
      this.#awaited = null;
      if (fault === 'hold-answer') this.#silent = true;
      else this.cut();
      this.#ports.happened(fault);
    }
    if (!this.#silent && !this.#client.destroyed) this.#client.write(message.bytes);
  }
}
