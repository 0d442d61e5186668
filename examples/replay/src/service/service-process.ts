import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { builtApiFile } from './repository.ts';

const READY_WITHIN_MS = 90_000;
const STOP_WITHIN_MS = 15_000;

export interface RunningService {
  readonly url: string;
  /** Resolves when the process is gone. Safe to call twice. */
  stop(): Promise<void>;
}

/** Starts the built API as a child with its own database in `dataDir`, unless `DATABASE_URL` names another. */
export async function startService(options: { dataDir: string }): Promise<RunningService> {
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
  const stop = async () => {
    process.off('exit', killAtExit);
    await stopChild(child);
  };

  try {
    await untilReady(child, url);
  } catch (error) {
    await stop();
    throw new Error(`the service did not start:\n${readFileSync(logFile, 'utf8').slice(-4_000)}`, { cause: error });
  }
  return { url, stop };
}

/** What the service and its commands are told, so that both find the same database. */
export function serviceEnv(dataDir: string): NodeJS.ProcessEnv {
  return { ...process.env, DATA_DIR: dataDir, RATE_LIMITS: 'off', LOG_LEVEL: 'warn', NODE_ENV: 'production' };
}

async function untilReady(child: ChildProcess, url: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < READY_WITHIN_MS; waitedMs += 100) {
    if (child.exitCode !== null) throw new Error(`it ended with code ${child.exitCode}`);
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.status === 200) return;
    await sleep(100);
  }
  throw new Error(`it was not ready within ${READY_WITHIN_MS / 1_000} s`);
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await gone;
  clearTimeout(force);
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
