// @ts-check
import { linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runsWith } from './processes.mjs';

const LOCK_NAME = /^keeper\.(\d+)\.lock$/;
const RELEASED = 'released';
const ATTEMPTS = 5;

/**
 * `held` is false when the file is gone or somebody else's: the directory was removed, and perhaps made again, under its keeper.
 * @typedef {{ held(): boolean, release(): void }} Lock
 */

/**
 * At most one keeper per data directory. A lock file carries a number; the holder of the highest number is the keeper. A dead
 * holder's lock is never removed and made again (two takers could then both win); a taker creates the next number, which only one
 * can, and afterwards makes sure that it is still the highest.
 * @param {string} dataDir
 * @returns {Lock | null} null: another keeper holds it
 */
export function takeLock(dataDir) {
  const claim = path.join(dataDir, `keeper.claim-${process.pid}`);
  writeFileSync(claim, String(process.pid));
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const numbers = lockNumbers(dataDir);
      const highest = numbers.at(-1) ?? 0;
      if (highest > 0 && isHeld(lockPath(dataDir, highest))) return null;
      const mine = highest + 1;
      if (!createLock(claim, lockPath(dataDir, mine))) continue;
      if (lockNumbers(dataDir).at(-1) !== mine) {
        rmSync(lockPath(dataDir, mine), { force: true });
        continue;
      }
      for (const number of numbers) rmSync(lockPath(dataDir, number), { force: true });
      return {
        held: () => holderOf(lockPath(dataDir, mine)) === String(process.pid),
        release: () => writeFileSync(lockPath(dataDir, mine), RELEASED),
      };
    }
    return null;
  } finally {
    rmSync(claim, { force: true });
  }
}

/**
 * A hard link appears at once with its content, and fails when the name is taken.
 * @param {string} claim
 * @param {string} lock
 */
function createLock(claim, lock) {
  try {
    linkSync(claim, lock);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} lock */
function isHeld(lock) {
  // Released, gone, or empty after a power cut: nobody's.
  const pid = Number(holderOf(lock) ?? 0);
  return pid > 0 && runsWith(pid, ['keeper.mjs']);
}

/** @param {string} lock */
function holderOf(lock) {
  try {
    return readFileSync(lock, 'utf8');
  } catch {
    return null;
  }
}

/** @param {string} dataDir */
function lockNumbers(dataDir) {
  return readdirSync(dataDir)
    .map((name) => Number(LOCK_NAME.exec(name)?.[1] ?? 0))
    .filter((number) => number > 0)
    .toSorted((a, b) => a - b);
}

/**
 * @param {string} dataDir
 * @param {number} number
 */
function lockPath(dataDir, number) {
  return path.join(dataDir, `keeper.${number}.lock`);
}
