import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';

/** The built API in a process of its own, as `npm run start:api` runs it. */
export interface ApiProcess {
  readonly baseUrl: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 30_000;
const results = fileURLToPath(new URL('../../results', import.meta.url));
const dist = dirname(dirname(createRequire(import.meta.url).resolve('@modula/api/router')));

export async function startApi(databaseUrl: string): Promise<ApiProcess> {
  const port = await freePort();
  const env = { ...process.env, DATABASE_URL: databaseUrl, PORT: String(port), RATE_LIMITS: 'off', NODE_ENV: 'production' };
  mkdirSync(results, { recursive: true });
  // The log is written as in production, to a file: `results/api.log`, of the last run.
  const logFile = openSync(join(results, 'api.log'), 'w');
  const child = spawn(process.execPath, [join(dist, 'main.js')], { env, stdio: ['ignore', logFile, logFile] });
  const { pid } = child;
  if (pid === undefined) throw new Error('The API process did not start.');
  const baseUrl = `http://127.0.0.1:${port}`;
  await untilReady(baseUrl, child);
  return { baseUrl, pid, stop: () => stop(child) };
}

/** Runs the provisioning command on the given spec and answers what it printed. */
export async function provision(databaseUrl: string, spec: unknown): Promise<string> {
  const child = spawn(process.execPath, [join(dist, 'commands', 'provision.js'), '-'], {
    env: { ...process.env, DATABASE_URL: databaseUrl },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stdin.end(JSON.stringify(spec));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`The provisioning command ended with ${String(code)}.`);
  return Buffer.concat(chunks).toString('utf8');
}

async function untilReady(baseUrl: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`The API ended with ${child.exitCode} before it was ready.`);
    const ready = await fetch(`${baseUrl}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return;
    await sleep(50);
  }
  throw new Error('The API did not become ready.');
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('No free port.'));
        else resolve(address.port);
      });
    });
  });
}
