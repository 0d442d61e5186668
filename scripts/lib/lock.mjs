import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

const folder = join(root, '.turbo');
const lockFile = join(folder, 'bootstrap.lock');
const RETRY_DELAY_MS = 50;

/** Runs `work` alone and answers what it does: two `npm run` at once must not install or build over each other. The lock holds its owner's pid. */
export async function withLock(work) {
  mkdirSync(folder, { recursive: true });
  await acquire();
  const release = () => {
    if (ownerOf(lockFile) === process.pid) rmSync(lockFile, { force: true });
  };
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

async function acquire() {
  const own = `${lockFile}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    for (let tries = 0; !linked(own, lockFile); tries += 1) {
      const owner = ownerOf(lockFile);
      if (owner !== null && !isAlive(owner)) takeAway(own);
      if (tries === 20) process.stderr.write(`Waiting for another build (process ${owner ?? '?'}) …\n`);
      await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY_MS));
    }
  } finally {
    rmSync(own, { force: true });
  }
}

/** A link either is made whole or fails because the name exists: the lock never exists without a pid in it. */
function linked(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes a dead owner's lock. Two waiters may both have seen it dead: what was moved away is looked at again. */
function takeAway(own) {
  const moved = `${own}.stale`;
  try {
    renameSync(lockFile, moved);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  const owner = ownerOf(moved);
  if (owner !== null && isAlive(owner)) linked(moved, lockFile);
  rmSync(moved, { force: true });
}

function ownerOf(file) {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
