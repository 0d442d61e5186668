#!/usr/bin/env node
// The one door of every npm script: installs what is missing, builds what changed, then runs the named verb.
// Needs nothing but Node and npm. Everything it says goes to stderr: stdout belongs to the verb (`npm run --silent provision`).
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { build } from './lib/build.mjs';
import { checkNodeVersion } from './lib/node-version.mjs';
import { install } from './lib/install.mjs';
import { root } from './lib/root.mjs';
import { runTests } from './lib/run-tests.mjs';
import { verbs } from './lib/verbs.mjs';
import { withLock } from './lib/lock.mjs';

checkNodeVersion();
process.env.TURBO_TELEMETRY_DISABLED = '1';
process.env.NEXT_TELEMETRY_DISABLED = '1';

const [verbName = '', ...args] = process.argv.slice(2);
const verb = verbs[verbName];
if (verb === undefined) {
  process.stderr.write(`Unknown verb "${verbName}". Known: ${Object.keys(verbs).join(', ')}.\n`);
  process.exit(2);
}

const isBuilt = await withLock(async () => {
  await install();
  return build(verb.workspace);
});

if (!isBuilt) {
  process.stderr.write('The build failed; nothing was started.\n');
  // CI reads the closing line of the tests, and there must be one.
  if (verb.entry === null) process.stdout.write('0 passed, 1 failed\n');
  process.exitCode = 1;
} else if (verb.entry === null) {
  process.exitCode = await runTests(args);
} else {
  // The verb runs in this very process: signals and the exit code are its own, and nothing has to be passed on.
  const entry = join(root, verb.entry);
  process.argv = [process.execPath, entry, ...args];
  await import(pathToFileURL(entry).href);
}
