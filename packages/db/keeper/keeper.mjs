// @ts-check
// Owns one embedded PostgreSQL. It is a process of its own, so that a service that is killed leaves nothing running: the server lives
// while at least one client's socket is open. Plain JavaScript, because it is run by Node as it is, from the sources too.
import { randomBytes } from 'node:crypto';
import { appendFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { findBinaries } from './binaries.mjs';
import { createCluster } from './create-cluster.mjs';
import { takeLock } from './lock.mjs';
import { Server } from './server.mjs';

/** How long the server outlives its last client, when that client just vanished. */
const LINGER_MS = 1_000;
/** How long the keeper waits for the client that started it. */
const FIRST_CLIENT_MS = 10_000;
/** How long a server that was taken over waits for the clients of the dead keeper, which find this one in their own time. */
const RETURN_MS = 2_000;
const WATCH_MS = 200;

/** @type {{ dataDir: string, durable: boolean, ephemeral: boolean }} */
const options = JSON.parse(process.argv[2] ?? '{}');
const token = randomBytes(16).toString('hex');
/** @type {Set<net.Socket>} */
const clients = new Set();
/** @type {Set<net.Socket>} Clients that have not heard yet that the server is up. */
const waiting = new Set();
/** @type {Set<net.Socket>} Were the last to say goodbye: let go when the server is down, or somebody else keeps it up. */
const departing = new Set();
/** @type {NodeJS.Timeout | null} */
let leaving = null;
/** @type {Server | null} */
let server = null;
/** @type {Promise<unknown>} The starts and stops of the server, one after the other. */
let work = Promise.resolve();
let paused = false;
let ending = false;
let expectingReturns = false;

// The client has made the directory. A keeper that made it again, after it was removed, would come up with an empty cluster.
const lock = takeLock(options.dataDir);
if (lock === null) process.exit(0);

process.on('SIGTERM', () => void end(0));
process.on('SIGINT', () => void end(0));
process.on('SIGHUP', () => {});
process.on('uncaughtException', (error) => void fail(error));

const door = net.createServer(welcome);
door.listen(0, '127.0.0.1', () => {
  announce();
  leaveIn(FIRST_CLIENT_MS);
  start().catch(fail);
});

async function start() {
  const binaries = findBinaries();
  await inTurn(async () => {
    await createCluster({ ...options, binaries });
    if (ending) return;
    server = new Server({ ...options, binaries });
    if ((await server.start()) === 'taken over') expectReturns();
  });
  greet();
  watch().catch(fail);
}

/** Starts the server again when it died, and ends with the directory: without it there is nothing to keep. */
async function watch() {
  for (;;) {
    await sleep(WATCH_MS);
    if (ending) return;
    if (!lock?.held()) return end(1);
    if (paused || server === null || server.running()) continue;
    await inTurn(() => (paused || ending ? undefined : server?.start()));
    greet();
  }
}

/** @param {net.Socket} client */
function welcome(client) {
  client.on('error', () => {});
  client.on('close', () => {
    departing.delete(client);
    dismiss(client, LINGER_MS);
  });
  createInterface({ input: client }).on('line', (line) => {
    const message = parse(line);
    if (message?.token !== token) return client.destroy();
    void obey(client, message.ask);
  });
}

/**
 * @param {net.Socket} client
 * @param {unknown} ask
 */
async function obey(client, ask) {
  if (ask === 'join') {
    // It would lose the server at once; it has to come to the next keeper.
    if (ending) return void client.destroy();
    clients.add(client);
    waiting.add(client);
    if (leaving !== null) clearTimeout(leaving);
    letGo();
    tell(client, { state: 'joined', pid: process.pid });
    greet();
  } else if (ask === 'leave') {
    departing.add(client);
    dismiss(client, 0);
    if (clients.size > 0) letGo();
  } else if (ask === 'pause') {
    paused = true;
    await inTurn(() => server?.stop());
    tell(client, { state: 'paused' });
  } else if (ask === 'resume') {
    paused = false;
    await inTurn(() => (server?.running() ? undefined : server?.start()));
    greet();
    tell(client, { state: 'resumed' });
  } else if (ask === 'kill') {
    await inTurn(() => server?.kill());
    tell(client, { state: 'killed' });
  }
}

/**
 * @param {net.Socket} client
 * @param {number} lingerMs
 */
function dismiss(client, lingerMs) {
  waiting.delete(client);
  if (clients.delete(client) && clients.size === 0) leaveIn(expectingReturns ? RETURN_MS : lingerMs);
}

function letGo() {
  for (const client of departing) client.end();
  departing.clear();
}

/** Tells the clients that wait for the server that it is up, after each start: one may have come while it was down. */
function greet() {
  if (server === null || !server.running()) return;
  for (const client of waiting) tell(client, { state: 'ready', url: server.url });
  waiting.clear();
}

function expectReturns() {
  expectingReturns = true;
  setTimeout(() => (expectingReturns = false), RETURN_MS);
}

/** @param {number} delayMs */
function leaveIn(delayMs) {
  if (leaving !== null) clearTimeout(leaving);
  leaving = setTimeout(() => (clients.size === 0 ? end(0) : undefined), delayMs);
}

/**
 * @template T
 * @param {() => T | Promise<T>} step
 * @returns {Promise<T>}
 */
function inTurn(step) {
  const done = work.then(step);
  work = done.catch(() => {});
  return done;
}

/** @param {number} exitCode */
async function end(exitCode) {
  if (ending) return;
  ending = true;
  try {
    door.close();
    if (lock?.held()) await close();
    // The directory went away under the server, which can neither write a checkpoint nor be found by anybody.
    else await inTurn(() => server?.kill());
  } finally {
    // Clients that said goodbye wait for their socket to close: the server is down then.
    process.exit(exitCode);
  }
}

async function close() {
  rmSync(announcement(), { force: true });
  await inTurn(() => server?.stop());
  // The lock goes with the directory. Released before, it would let a keeper that comes late in.
  if (!options.ephemeral) lock?.release();
  else rmSync(options.dataDir, { recursive: true, force: true, maxRetries: 5 });
}

/** @param {unknown} error */
async function fail(error) {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  note(message);
  for (const client of clients) tell(client, { state: 'failed', message });
  await end(1);
}

/**
 * Nothing may be thrown here: it would come back as an uncaught exception, and be noted again, for ever.
 * @param {string} message
 */
function note(message) {
  try {
    appendFileSync(path.join(options.dataDir, 'keeper.log'), `${message}\n`, { mode: 0o600 });
  } catch {
    // The directory is gone or full. The clients hear it all the same.
  }
}

/**
 * @param {net.Socket} client
 * @param {{ state: string, pid?: number, url?: string, message?: string }} message
 */
function tell(client, message) {
  client.write(`${JSON.stringify(message)}\n`);
}

/**
 * Null when it is no JSON: somebody who took this port for another server's. That must not end the keeper.
 * @param {string} line
 * @returns {{ token?: unknown, ask?: unknown } | null}
 */
function parse(line) {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function announcement() {
  return path.join(options.dataDir, 'keeper.json');
}

/** Tells clients where the door is. Renamed into place, so that nobody reads half of it. */
function announce() {
  const address = door.address();
  if (typeof address !== 'object' || address === null) throw new Error('The keeper has no port');
  const draft = `${announcement()}.${process.pid}`;
  writeFileSync(draft, JSON.stringify({ port: address.port, token }), { mode: 0o600 });
  renameSync(draft, announcement());
}
