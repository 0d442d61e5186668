// The lock file must serve a machine that is not this one: no package may need a newer Node than the oldest we promise,
// and no platform's binary may be missing (npm drops what the registry lacks without a word, and that platform's `npm ci` breaks).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './lib/root.mjs';
import { satisfies } from './lib/node-range.mjs';

const OLDEST_NODE = '20.19.0';
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const packages = Object.entries(lock.packages);
const locked = new Set(packages.map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)));
const complaints = [];

for (const [path, entry] of packages) {
  const range = Array.isArray(entry.engines) ? undefined : entry.engines?.node;
  if (range !== undefined && !satisfies(OLDEST_NODE, range)) complaints.push(`${path || '.'} needs Node ${range}`);
  for (const name of Object.keys(entry.optionalDependencies ?? {})) {
    if (/darwin|win|linux/.test(name) && !locked.has(name)) complaints.push(`${path || '.'} wants ${name}, which is not in the lock`);
  }
}

for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
process.stderr.write(`check-lock: ${packages.length} packages, ${complaints.length} faults\n`);
process.exitCode = complaints.length === 0 ? 0 : 1;
