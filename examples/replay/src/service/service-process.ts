import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Workspace } from '../workspace.ts';
import { builtApiFile } from './repository.ts';
import { stopChild } from './stop-child.ts';

const READY_WITHIN_MS = 90_000;

/**
 * Starts the built API as a child with its own database in `dataDir`, unless `DATABASE_URL` names another, and answers its
 * address. The workspace stops it, also when it closes before the service is ready.
 */
export async function startService(options: { dataDir: string; workspace: Workspace }): Promise<string> {
  mkdirSync(options.dataDir, { recursive: true });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const logFile = join(options.dataDir, 'api.log');
  const log = openSync(logFile, 'w');
  const child = spawn(process.execPath, [builtApiFile('main.js')], {
    env: { ...serviceEnv(options.dataDir), PORT: String(port), HOST: '127.0.0.1' },
    stdio: ['ignore', log, log],
    // Its own process group: Ctrl-C reaches us alone, and we stop the child in our own order.
    detached: true,
  });
  closeSync(log);
  const killAtExit = () => child.kill('SIGTERM');
  process.once('exit', killAtExit);
  const ready = untilReady(child, url);
  options.workspace.defer(async () => {
    // Ended while it creates its database, the service could not put that away again.
    await ready.catch(() => undefined);
    await stopChild(child);
    process.off('exit', killAtExit);
  });

  try {
    await ready;
  } catch (error) {
    throw new Error(`the service did not start:\n${readFileSync(logFile, 'utf8').slice(-4_000)}`, { cause: error });
  }
  return url;
}

/** What the service and its commands are told, so that both find the same database. */
export function serviceEnv(dataDir: string): NodeJS.ProcessEnv {
  return { ...process.env, DATA_DIR: dataDir, RATE_LIMITS: 'off', LOG_LEVEL: 'warn', NODE_ENV: 'production' };
}

async function untilReady(child: ChildProcess, url: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < READY_WITHIN_MS; waitedMs += 100) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`it ended with ${child.exitCode ?? child.signalCode}`);
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.status === 200) return;
    await sleep(100);
  }
  throw new Error(`it was not ready within ${READY_WITHIN_MS / 1_000} s`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
