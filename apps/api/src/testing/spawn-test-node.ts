import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A node in a process of its own, for tests that kill it. */
export interface SpawnedNode {
  readonly url: string;
  readonly pid: number;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL: nothing is finished, nothing is flushed. */
  kill(): Promise<void>;
}

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** Starts the built service (`npm run build` first) on a free port and waits until it listens. */
export async function spawnTestNode(databaseUrl: string, env: Readonly<Record<string, string>> = {}): Promise<SpawnedNode> {
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, DATABASE_URL: databaseUrl, PORT: '0', RATE_LIMITS: 'off', LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const url = await listeningUrl(child.stdout, exited);
  return {
    url,
    pid: child.pid ?? 0,
    async stop() {
      child.kill('SIGTERM');
      await exited;
      return child.exitCode;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function listeningUrl(stdout: NodeJS.ReadableStream, exited: Promise<unknown>): Promise<string> {
  const lines = createInterface({ input: stdout });
  const url = new Promise<string>((resolve) => {
    lines.on('line', (line) => {
      const match = /https?:\/\/\S+/.exec(line);
      if (match !== null) resolve(match[0]);
    });
  });
  const dead = exited.then((): never => {
    throw new Error('the node ended before it listened');
  });
  return await Promise.race([url, dead]);
}
