// Every rule of docs/spec names the files that enforce it and is cited by a test; every citation names a rule that exists.
// A test may cite a decision instead, as [D7].
// A rule is a table row: | **G1** | sentence | enforcing files | proving tests |
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { citationsByRule } from './lib/citations.mjs';
import { filesBelow } from './lib/source-files.mjs';
import { root } from './lib/root.mjs';

const rules = new Map();
const decisions = new Set();
for (const page of filesBelow('docs/spec', '.md')) {
  for (const line of readFileSync(join(root, page), 'utf8').split('\n')) {
    const row = /^\|\s*\*\*([A-Za-z][\w-]*)\*\*\s*\|(.*)\|\s*$/.exec(line);
    if (row === null) continue;
    const cells = row[2].split(/(?<!\\)\|/);
    rules.set(row[1], { page, enforcedBy: filesNamedIn(cells[1] ?? ''), provedBy: filesNamedIn(cells[2] ?? ''), citedBy: new Set() });
  }
}

for (const page of filesBelow('docs/decisions', '.md')) {
  const number = /\/0*(\d+)-[^/]*$/.exec(page)?.[1];
  if (number !== undefined) decisions.add(`D${number}`);
}

const unknown = [];
for (const [rule, counts] of citationsByRule()) {
  if (rules.has(rule)) for (const file of counts.keys()) rules.get(rule).citedBy.add(file);
  else if (!decisions.has(rule)) unknown.push(`${[...counts.keys()].join(', ')} cites ${rule}, which no page of docs/spec has`);
}

const complaints = [...unknown];
for (const [rule, { page, enforcedBy, provedBy, citedBy }] of rules) {
  const say = (what) => complaints.push(`${rule} (${page}) ${what}`);
  if (enforcedBy.length === 0) say('names no file that enforces it');
  if (provedBy.length === 0) say('names no test that proves it');
  for (const file of [...enforcedBy, ...provedBy]) if (!existsSync(join(root, file))) say(`names ${file}, which does not exist`);
  for (const file of provedBy) if (!isInvariant(rule) && existsSync(join(root, file)) && !citedBy.has(file)) say(`names ${file}, which does not cite it`);
  if (!isInvariant(rule) && citedBy.size === 0) say('is cited by no test');
}

for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
process.stderr.write(`spec-coverage: ${rules.size} rules, ${complaints.length} holes\n`);
process.exitCode = complaints.length === 0 ? 0 : 1;

/** Invariants are proved through the rules they rest on; tests cite those. */
function isInvariant(rule) {
  return rule.startsWith('INV-');
}

function filesNamedIn(cell) {
  return [...cell.matchAll(/`([^`]+\.(?:ts|sql|mjs))`/g)].map((match) => match[1]);
}
