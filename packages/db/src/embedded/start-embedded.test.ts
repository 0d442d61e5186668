import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EmbeddedPostgresError, joinKeeper } from './keeper-link.ts';
import { startEmbedded } from './start-embedded.ts';

const CLIENT = fileURLToPath(new URL('../../test/embedded-client.ts', import.meta.url));

let dataDir: string;
let clients: ChildProcess[];

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'modula-embedded-'));
  clients = [];
});

afterEach(async () => {
  for (const client of clients) client.kill('SIGKILL');
  await everythingStopped();
  await rm(dataDir, { recursive: true, force: true });
});

/** A client in a process of its own, which can be killed; resolves with the URL when the server is up. */
function startClient(): Promise<string> {
  const client = spawn(process.execPath, ['--import', 'tsx', CLIENT, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  clients.push(client);
  return new Promise((resolve, reject) => {
    client.once('exit', () => reject(new Error('the client ended')));
    createInterface({ input: client.stdout }).once('line', resolve);
  });
}

async function serverPid(): Promise<number> {
  return Number((await readFile(path.join(dataDir, 'cluster', 'postmaster.pid'), 'utf8')).split('\n')[0]);
}

async function keeperPids(): Promise<number[]> {
  const locks = (await readdir(dataDir).catch(() => [])).filter((name) => name.endsWith('.lock'));
  const holders = await Promise.all(locks.map((name) => readFile(path.join(dataDir, name), 'utf8')));
  return holders.map(Number).filter((pid) => pid > 0);
}

/** A zombie is dead, even where nobody reaps it (process 1 of a container often does not). */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync(`/proc/${pid}/stat`) || !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

/** Also for keepers that have no lock yet, or found it taken: every process that names the directory. */
async function everythingStopped(): Promise<void> {
  const processes = (): string[] =>
    execFileSync('ps', ['-ww', '-A', '-o', 'pid=,args='], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.includes(dataDir));
  await vi.waitFor(() => expect(processes()).toEqual([]), { timeout: 20_000, interval: 100 });
}

async function run<Row extends postgres.Row>(url: string, text: string): Promise<Row[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await sql.unsafe<Row[]>(text);
  } finally {
    await sql.end();
  }
}

test('data is kept between runs, and stop leaves nothing running', async () => {
  const first = await startEmbedded({ dataDir });
  await run(first.url, 'create table kept as select 42 as answer');
  const pids = [await serverPid(), ...(await keeperPids())];
  await first.stop();
  await vi.waitFor(() => expect(pids.filter(isRunning)).toEqual([]), { timeout: 5_000 });

  const second = await startEmbedded({ dataDir });
  expect(second.url).toBe(first.url);
  expect(await run(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  await second.stop();
});

test('three processes that start at once on a fresh directory share one server', async () => {
  const urls = await Promise.all([startClient(), startClient(), startClient()]);
  expect(new Set(urls).size).toBe(1);
  expect(await keeperPids()).toHaveLength(1);
});

test('the server survives one of its clients, and a kill -9 of the last leaves nothing running', async () => {
  const url = await startClient();
  await startClient();
  const pids = [await serverPid(), ...(await keeperPids())];
  clients[0]?.kill('SIGKILL');
  expect(await run(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(pids.filter(isRunning)).toEqual(pids);
  clients[1]?.kill('SIGKILL');
  await vi.waitFor(() => expect(pids.filter(isRunning)).toEqual([]), { timeout: 15_000, interval: 50 });
});

test('kill -9 of the keeper: its client starts another, which takes the running server over', async () => {
  const embedded = await startEmbedded({ dataDir, durable: false });
  const server = await serverPid();
  const [keeper] = await keeperPids();
  process.kill(keeper!, 'SIGKILL');
  await vi.waitFor(async () => {
    const pids = await keeperPids();
    expect(pids).not.toContain(keeper);
    expect(pids.filter(isRunning)).toHaveLength(1);
  }, { timeout: 10_000, interval: 50 });
  expect(await serverPid()).toBe(server);
  expect(await run(embedded.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  // A second client proves that the new keeper answers. It may leave before the first one is back, which does not stop the server.
  const second = await startEmbedded({ dataDir, durable: false });
  expect(second.url).toBe(embedded.url);
  await second.stop();
  expect(await serverPid()).toBe(server);
  expect(await run(embedded.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await embedded.stop();
  expect(isRunning(server)).toBe(false);
});

test('a stop while another keeper is being started leaves nothing running, and a question to the dead one fails', async () => {
  const said: string[] = [];
  const embedded = await startEmbedded({ dataDir, durable: false, log: (message) => said.push(message) });
  const server = await serverPid();
  const link = await joinKeeper(dataDir);
  for (const keeper of await keeperPids()) process.kill(keeper, 'SIGKILL');
  await expect(link?.ask('pause')).rejects.toThrow(EmbeddedPostgresError);
  await vi.waitFor(() => expect(said).toEqual([expect.stringContaining('starting another')]), { interval: 5 });
  await embedded.stop();
  expect(isRunning(server)).toBe(false);
});

test('a port that is not the keeper any more does not stop the start, and strangers at its door do not end a keeper', async () => {
  const stranger = net.createServer((socket) => socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
  await writeFile(path.join(dataDir, 'keeper.json'), JSON.stringify({ port: (stranger.address() as net.AddressInfo).port, token: 'old' }));
  const embedded = await startEmbedded({ dataDir, durable: false });
  stranger.close();
  const keepers = await keeperPids();
  const door = JSON.parse(await readFile(path.join(dataDir, 'keeper.json'), 'utf8')) as { port: number };
  const visitor = net.connect(door.port, '127.0.0.1').on('error', () => {});
  visitor.write('GET / HTTP/1.1\r\n\r\n');
  await new Promise((resolve) => visitor.once('close', resolve));
  expect(await run(embedded.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(await keeperPids()).toEqual(keepers);
  await embedded.stop();
});

test('kill -9 of keeper and client leaves the server, and the next start takes it over', async () => {
  const url = await startClient();
  const server = await serverPid();
  clients[0]?.kill('SIGKILL');
  for (const keeper of await keeperPids()) process.kill(keeper, 'SIGKILL');
  expect(isRunning(server)).toBe(true);
  const next = await startEmbedded({ dataDir, durable: false });
  expect(next.url).toBe(url);
  expect(await serverPid()).toBe(server);
  await next.stop();
  expect(isRunning(server)).toBe(false);
});

test('kill -9 of the server: it is started again and every committed row is there', async () => {
  const embedded = await startEmbedded({ dataDir });
  await run(embedded.url, 'create table kept (n int primary key)');
  const server = await serverPid();
  let acknowledged = 0;
  const sql = postgres(embedded.url, { max: 1, onnotice: () => {} });
  const writing = (async () => {
    for (let n = 1; ; n += 1) {
      await sql`insert into kept values (${n})`;
      acknowledged = n;
    }
  })().catch(() => {});
  await vi.waitFor(() => expect(acknowledged).toBeGreaterThan(50), { interval: 5 });
  process.kill(server, 'SIGKILL');
  await writing;
  await sql.end({ timeout: 0 });
  const rows = await vi.waitFor(() => run<{ count: string }>(embedded.url, 'select count(*) from kept'), { timeout: 20_000, interval: 100 });
  expect(Number(rows[0]?.count)).toBeGreaterThanOrEqual(acknowledged);
  await embedded.stop();
});

test('a keeper whose directory is removed ends, with its server, and does not come back', async () => {
  const said: string[] = [];
  const embedded = await startEmbedded({ dataDir, durable: false, log: (message) => said.push(message) });
  const pids = [await serverPid(), ...(await keeperPids())];
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  await vi.waitFor(() => expect(pids.filter(isRunning)).toEqual([]), { timeout: 10_000, interval: 50 });
  await vi.waitFor(() => expect(said).toEqual([expect.stringContaining('is gone')]), { timeout: 5_000, interval: 20 });
  expect(existsSync(dataDir)).toBe(false);
  await embedded.stop();
});

test('a directory that is removed and made again under its keeper belongs to the next one', async () => {
  const first = await startEmbedded({ dataDir, durable: false });
  const before = [await serverPid(), ...(await keeperPids())];
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  const second = await startEmbedded({ dataDir, durable: false });
  await vi.waitFor(() => expect(before.filter(isRunning)).toEqual([]), { timeout: 10_000, interval: 50 });
  expect(await run(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(await keeperPids()).toHaveLength(1);
  await first.stop();
  await second.stop();
});

test('a postmaster.pid whose process id belongs to somebody else does not stop the start', async () => {
  const first = await startEmbedded({ dataDir, durable: false });
  await first.stop();
  await writeFile(path.join(dataDir, 'cluster', 'postmaster.pid'), `${process.pid}\n${dataDir}/cluster\n1\n5432\n\n\n\nready\n`);
  const second = await startEmbedded({ dataDir, durable: false });
  expect(await run(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await second.stop();
});

test('the cluster takes no password but its own', async () => {
  const embedded = await startEmbedded({ dataDir, durable: false });
  const url = new URL(embedded.url);
  url.password = 'guess';
  await expect(run(url.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  await embedded.stop();
});

test('a database that was paused is away, and comes back with its data at the same address', async () => {
  const embedded = await startEmbedded({ dataDir, durable: false });
  await run(embedded.url, 'create table kept as select 42 as answer');
  await embedded.pause();
  await expect(run(embedded.url, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await embedded.resume();
  expect(await run(embedded.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  await embedded.stop();
});
