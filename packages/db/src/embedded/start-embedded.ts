import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { EmbeddedPostgresError, joinKeeper, type KeeperLink } from './keeper-link.ts';

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

const KEEPER = fileURLToPath(new URL('../../keeper/keeper.mjs', import.meta.url));
const POLL_MS = 50;
const POLLS_PER_SPAWN = 10;
const MAX_POLLS = 2_400;

/**
 * Uses the embedded PostgreSQL of the data directory, starting it when nobody has. Any number of processes may share it. The server
 * lives in a keeper process as long as one of them does: a process that is killed leaves nothing behind, and when the keeper is
 * killed, those that remain start another, which takes the running server over.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const dataDir = path.resolve(options.dataDir);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  let stopped = false;
  let link = await acquire(dataDir, options);
  const { url } = link;
  const holdOn = (): void => {
    link.onLost(() => {
      if (stopped) return;
      if (!existsSync(dataDir)) {
        options.log?.('The data directory of the embedded PostgreSQL is gone: this process has to be restarted');
        return;
      }
      options.log?.('The keeper of the embedded PostgreSQL ended; starting another');
      acquire(dataDir, options).then(
        (next) => {
          if (next.url !== url) options.log?.('The embedded PostgreSQL moved to another port: this process has to be restarted');
          link = next;
          holdOn();
        },
        (error: unknown) => options.log?.(`No keeper for the embedded PostgreSQL: ${String(error)}`),
      );
    });
  };
  holdOn();
  return {
    url,
    stop: async () => {
      stopped = true;
      await link.leave();
    },
    pause: () => link.ask('pause'),
    resume: () => link.ask('resume'),
    kill9: () => link.ask('kill'),
  };
}

async function acquire(dataDir: string, options: EmbeddedOptions): Promise<KeeperLink> {
  for (let poll = 0; poll < MAX_POLLS; poll += 1) {
    const link = await joinKeeper(dataDir);
    if (link !== null) return link;
    // Several processes may do this at once; the keepers settle it with their lock.
    if (poll % POLLS_PER_SPAWN === 0) spawnKeeper(dataDir, options);
    await sleep(POLL_MS);
  }
  throw new EmbeddedPostgresError(`No keeper answers for ${dataDir}`);
}

function spawnKeeper(dataDir: string, options: EmbeddedOptions): void {
  const settings = { dataDir, durable: options.durable ?? true, ephemeral: options.ephemeral ?? false };
  const keeper = spawn(process.execPath, [KEEPER, JSON.stringify(settings)], {
    detached: true,
    stdio: 'ignore',
    windowsHide: true,
    // Flags meant for this process (loaders, inspectors) are not the keeper's.
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  keeper.on('error', () => {});
  keeper.unref();
}
