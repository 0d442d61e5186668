// Writes docs/errors from the catalogue (FAILURES of sync-core): one page per code, and an index.
// `--check` writes nothing and fails when a page is not what the catalogue says.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './lib/root.mjs';
import { errorPages } from './lib/render-error-pages.mjs';

const { FAILURES } = await import('../packages/sync-core/dist/index.js');
const folder = join(root, 'docs', 'errors');
const checkOnly = process.argv.includes('--check');
const pages = errorPages(FAILURES);
mkdirSync(folder, { recursive: true });
const existing = new Set(readdirSync(folder));
const drifted = [];

for (const [name, text] of pages) {
  const file = join(folder, name);
  if (existing.has(name) && readFileSync(file, 'utf8') === text) continue;
  drifted.push(name);
  if (!checkOnly) writeFileSync(file, text);
}
for (const name of existing) {
  if (pages.has(name)) continue;
  drifted.push(name);
  if (!checkOnly) rmSync(join(folder, name));
}

if (checkOnly && drifted.length > 0) {
  process.stderr.write(`docs/errors is not what the catalogue says: ${drifted.join(', ')}. Run npm run docs:errors.\n`);
  process.exitCode = 1;
} else {
  process.stderr.write(`error-pages: ${pages.size} pages, ${checkOnly ? 'as the catalogue says' : `${drifted.length} written`}\n`);
}
