// Writes the last column of docs/spec: for each rule the tests that cite it, the most telling first. Run it when tests were
// added or moved; spec-coverage fails when the column names a test that does not cite its rule.
// An invariant gets the first test of each rule that it names in brackets.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { citationsByRule } from './lib/citations.mjs';
import { filesBelow } from './lib/source-files.mjs';
import { root } from './lib/root.mjs';

const TESTS_PER_RULE = 3;
const citations = citationsByRule();

for (const page of filesBelow('docs/spec', '.md')) {
  const before = readFileSync(join(root, page), 'utf8');
  const after = before.replace(/^(\|\s*\*\*([A-Za-z][\w-]*)\*\*\s*\|.*\|.*\|)[^|]*\|[ \t]*$/gm, (row, cells, rule) => {
    const tests = rule.startsWith('INV-') ? testsOfInvariant(cells) : testsOf(rule);
    return tests.length === 0 ? row : `${cells} ${tests.map((file) => `\`${file}\``).join(', ')} |`;
  });
  if (after !== before) writeFileSync(join(root, page), after);
}

function testsOf(rule) {
  const counts = citations.get(rule) ?? new Map();
  return [...counts]
    .toSorted(([leftFile, left], [rightFile, right]) => weight(rightFile) - weight(leftFile) || right - left || leftFile.localeCompare(rightFile))
    .slice(0, TESTS_PER_RULE)
    .map(([file]) => file);
}

function testsOfInvariant(cells) {
  const named = /\(([^()]*)\)\.?\s*\|/.exec(cells)?.[1] ?? '';
  const rules = named.match(/\b(?:[A-Z]\d+|Proof)\b/g) ?? [];
  return [...new Set(rules.flatMap((rule) => testsOf(rule).slice(0, 1)))];
}

/** A test of the whole service tells more than one of a part. */
function weight(file) {
  if (file.includes('/rules/')) return 2;
  return file.startsWith('apps/api/') ? 1 : 0;
}
