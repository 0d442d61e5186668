// @ts-check
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { handOver, runnable } from './run-as.mjs';

const INIT_PREFIX = 'cluster.init-';

/**
 * Makes the cluster with its database `modula`, unless it is there. Everything happens in a folder of its own that gets its name at
 * the end, so a crash half-way leaves nothing that looks finished. The keeper goes on answering its clients meanwhile.
 * @param {{ dataDir: string, binaries: string, durable: boolean }} options
 */
export async function createCluster({ dataDir, binaries, durable }) {
  const cluster = path.join(dataDir, 'cluster');
  if (existsSync(path.join(cluster, 'PG_VERSION'))) return;
  for (const name of readdirSync(dataDir)) {
    if (name.startsWith(INIT_PREFIX)) rmSync(path.join(dataDir, name), { recursive: true, force: true, maxRetries: 5 });
  }
  const work = path.join(dataDir, `${INIT_PREFIX}${process.pid}`);
  mkdirSync(work, { mode: 0o700 });
  writePassword(dataDir);
  handOver(dataDir);
  const initdb = [
    ...['-D', path.join(work, 'data'), '-U', 'postgres', '--pwfile', path.join(dataDir, 'password'), '--auth=scram-sha-256'],
    // The password is random, so iterating the hash adds no strength; it would cost every connection some milliseconds.
    ...['--set', 'scram_iterations=1', '--encoding=UTF8', '--locale=C'],
    ...(durable ? [] : ['--no-sync']),
  ];
  await run(path.join(binaries, 'bin', 'initdb'), initdb, '');
  await run(path.join(binaries, 'bin', 'postgres'), ['--single', '-D', path.join(work, 'data'), 'postgres'], 'CREATE DATABASE modula;\n');
  renameSync(path.join(work, 'data'), cluster);
  rmSync(work, { recursive: true, force: true });
}

/** @param {string} dataDir */
export function readPassword(dataDir) {
  return readFileSync(path.join(dataDir, 'password'), 'utf8').trim();
}

/** @param {string} dataDir */
function writePassword(dataDir) {
  const file = path.join(dataDir, 'password');
  writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600 });
  chmodSync(file, 0o600);
}

/**
 * @param {string} program
 * @param {string[]} programArgs
 * @param {string} input
 */
async function run(program, programArgs, input) {
  const { command, args, owner } = runnable(program, programArgs);
  const running = promisify(execFile)(command, args, { windowsHide: true, ...owner });
  // A program that ends before it has read its input fails by its exit code.
  running.child.stdin?.on('error', () => {}).end(input);
  await running;
}
