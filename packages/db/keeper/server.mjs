// @ts-check
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readPassword } from './create-cluster.mjs';
import { isServerOf, readPostmaster } from './postmaster-file.mjs';
import { isRunning, signal } from './processes.mjs';
import { handOver, runnable } from './run-as.mjs';

const POLL_MS = 20;
const START_ATTEMPTS = 30;
const START_RETRY_MS = 300;
const STOP_TIMEOUT_MS = 20_000;
const LOG_LIMIT_BYTES = 10 * 1024 * 1024;

const SETTINGS = [
  ...['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=100', 'timezone=UTC', 'log_timezone=UTC'],
  ...['shared_buffers=128MB', 'max_wal_size=2GB', 'checkpoint_timeout=15min', 'log_line_prefix=%m [%p] '],
  // Rows and parameters of customers do not belong in a log.
  ...['log_error_verbosity=terse', 'log_min_error_statement=panic', 'log_checkpoints=off', 'log_min_messages=warning'],
];
const FAST_SETTINGS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=300', 'autovacuum=off', 'max_wal_size=4GB'];

/** The one server of a data directory: started, adopted from a keeper that died, or stopped. */
export class Server {
  /** @param {{ dataDir: string, binaries: string, durable: boolean }} options */
  constructor(options) {
    this.options = options;
    this.cluster = path.join(options.dataDir, 'cluster');
    /** @type {number | null} */
    this.pid = null;
    this.port = 0;
  }

  get url() {
    return `postgres://postgres:${readPassword(this.options.dataDir)}@127.0.0.1:${this.port}/modula`;
  }

  running() {
    return this.pid !== null && isRunning(this.pid);
  }

  /**
   * Takes over a running server of this cluster, or starts one. PostgreSQL recovers from a crash by itself.
   * @returns {Promise<'taken over' | 'started'>}
   */
  async start() {
    for (let attempt = 1; ; attempt += 1) {
      const postmaster = readPostmaster(this.cluster);
      if (postmaster !== null && isServerOf(this.cluster, postmaster.pid)) {
        if (await this.awaitReady(postmaster.pid)) return 'taken over';
      } else {
        // A process id that was reused would keep the server from starting.
        if (postmaster !== null) rmSync(path.join(this.cluster, 'postmaster.pid'), { force: true });
        if (await this.awaitReady(await this.launch())) return 'started';
      }
      // The port was taken meanwhile, or a killed server's processes still hold its shared memory.
      if (attempt === START_ATTEMPTS) throw new Error(`PostgreSQL does not start:\n${this.logTail()}`);
      await sleep(START_RETRY_MS);
    }
  }

  /** Fast shutdown: running transactions are rolled back. */
  async stop() {
    if (this.pid === null) return;
    if (process.platform === 'win32') {
      spawnSync(path.join(this.options.binaries, 'bin', 'pg_ctl'), ['stop', '-D', this.cluster, '-m', 'fast'], { windowsHide: true });
    } else if (this.running()) {
      signal(this.pid, 'SIGINT');
    }
    for (let waitedMs = 0; this.running(); waitedMs += POLL_MS) {
      if (waitedMs > STOP_TIMEOUT_MS) signal(this.pid, 'SIGKILL');
      await sleep(POLL_MS);
    }
    this.pid = null;
  }

  /** As a crash would. The other processes of the server notice and end themselves. */
  async kill() {
    const { pid } = this;
    if (pid === null) return;
    signal(pid, 'SIGKILL');
    while (isRunning(pid)) await sleep(POLL_MS);
  }

  async launch() {
    const { dataDir, binaries, durable } = this.options;
    const settings = durable ? SETTINGS : [...SETTINGS, ...FAST_SETTINGS];
    const port = await choosePort(path.join(dataDir, 'port'));
    const server = runnable(path.join(binaries, 'bin', 'postgres'), [
      ...['-D', this.cluster, '-p', String(port)],
      ...settings.flatMap((setting) => ['-c', setting]),
    ]);
    handOver(dataDir);
    const log = openLog(path.join(dataDir, 'postgres.log'));
    const child = spawn(server.command, server.args, {
      detached: true,
      stdio: ['ignore', log, log],
      windowsHide: true,
      ...server.owner,
    });
    closeSync(log);
    child.on('error', () => {});
    child.unref();
    return child.pid ?? 0;
  }

  /**
   * True when the server accepts connections, false when it ended first.
   * @param {number} pid
   */
  async awaitReady(pid) {
    while (pid > 0 && isRunning(pid)) {
      const postmaster = readPostmaster(this.cluster);
      if (postmaster?.pid === pid && postmaster.state === 'ready') {
        this.pid = pid;
        this.port = postmaster.port;
        writeFileSync(path.join(this.options.dataDir, 'port'), String(this.port));
        return true;
      }
      await sleep(POLL_MS);
    }
    return false;
  }

  logTail() {
    return readFileSync(path.join(this.options.dataDir, 'postgres.log'), 'utf8').slice(-2_000);
  }
}

/** @param {string} file */
function openLog(file) {
  const log = openSync(file, 'a', 0o600);
  if (statSync(file).size > LOG_LIMIT_BYTES) truncateSync(file);
  return log;
}

/**
 * The port of the last start when it is free, so that clients which lost the server find it again; else any free one.
 * @param {string} file
 */
async function choosePort(file) {
  let last = 0;
  try {
    last = Number(readFileSync(file, 'utf8'));
  } catch {
    // First start.
  }
  return (last > 0 ? await freePort(last) : null) ?? (await freePort(0)) ?? 0;
}

/**
 * @param {number} port
 * @returns {Promise<number | null>}
 */
function freePort(port) {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once('error', () => resolve(null));
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
    });
  });
}
