import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError, joinKeeper, type KeeperLink } from './keeper-link.ts';
import { SpawnedKeepers } from './spawned-keepers.ts';

export interface EmbeddedOptions {
  /** Holds the cluster, its password, its log and the keeper's files. Made when missing. */
  readonly dataDir: string;
  /** False turns fsync off, for tests: a power cut may then lose everything. */
  readonly durable?: boolean;
  /** Removes the data directory when the server stops. */
  readonly ephemeral?: boolean;
  readonly log?: (message: string) => void;
}

export interface EmbeddedPostgres {
  /** Superuser URL of the database `modula`, on loopback. */
  readonly url: string;
  /** Lets go of the server. It stops when nobody else uses it, and then this resolves after it is down. */
  stop(): Promise<void>;
  /** Stops the server and keeps it stopped until `resume`, for fault tests. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Kills the server as a crash would; the keeper starts the server again, which recovers. For fault tests. */
  kill9(): Promise<void>;
}

const POLL_MS = 50;
const POLLS_PER_SPAWN = 10;
/** A keeper that is on its way out holds the directory until its server is down. */
const START_TIMEOUT_MS = 60_000;
/** With the last answer that is waited for, at most 15 s. */
const RECONNECT_TIMEOUT_MS = 10_000;

/**
 * Uses the embedded PostgreSQL of the data directory, starting it when nobody has. Any number of processes may share it. The server
 * lives in a keeper process as long as one of them does: a process that is killed leaves nothing behind, and when the keeper is
 * killed, those that remain start another, which takes the running server over.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { durable = true, ephemeral = false, log = () => {} } = options;
  const dataDir = path.resolve(options.dataDir);
  const keepers = new SpawnedKeepers({ dataDir, durable, ephemeral });
  const first = await acquire(dataDir, { keepers, timeoutMs: START_TIMEOUT_MS, makeDirectory: true });
  const { url } = first;
  let stopped = false;
  let link = Promise.resolve(first);

  const reconnect = async (): Promise<KeeperLink> => {
    const next = await acquire(dataDir, { keepers, timeoutMs: RECONNECT_TIMEOUT_MS, makeDirectory: false });
    if (next.url !== url) log('The embedded PostgreSQL moved to another port: this process has to be restarted');
    holdOn(next);
    return next;
  };
  const holdOn = (current: KeeperLink): void => {
    current.onLost(() => {
      if (stopped) return;
      if (!existsSync(dataDir)) {
        log('The data directory of the embedded PostgreSQL is gone: this process has to be restarted');
        return;
      }
      log('The keeper of the embedded PostgreSQL ended; starting another');
      link = reconnect();
      link.catch((error: unknown) => log(`No keeper for the embedded PostgreSQL: ${String(error)}`));
    });
  };
  holdOn(first);

  return {
    url,
    stop: async () => {
      stopped = true;
      // A keeper that is being started for us is let go too, or it would keep the server up for as long as this process lives.
      const current = await link.catch(() => null);
      if (current === null) return;
      await keepers.othersEnded(current.keeperPid);
      await current.leave();
    },
    pause: async () => (await link).ask('pause'),
    resume: async () => (await link).ask('resume'),
    kill9: async () => (await link).ask('kill'),
  };
}

interface Acquiring {
  readonly keepers: SpawnedKeepers;
  readonly timeoutMs: number;
  /** Not when the server was in use already: a directory that went away would come back with an empty cluster. */
  readonly makeDirectory: boolean;
}

async function acquire(dataDir: string, { keepers, timeoutMs, makeDirectory }: Acquiring): Promise<KeeperLink> {
  const patience = AbortSignal.timeout(timeoutMs);
  for (let poll = 0; !patience.aborted; poll += 1) {
    const link = await joinKeeper(dataDir);
    if (link !== null) return link;
    if (poll % POLLS_PER_SPAWN === 0) {
      if (makeDirectory) await mkdir(dataDir, { recursive: true, mode: 0o700 });
      else if (!existsSync(dataDir)) throw new EmbeddedPostgresError(`${dataDir} is gone`);
      // Several processes may do this at once; the keepers settle it with their lock.
      keepers.spawn();
    }
    await sleep(POLL_MS);
  }
  throw new EmbeddedPostgresError(`No keeper answers for ${dataDir}; its keeper.log may say why`);
}
