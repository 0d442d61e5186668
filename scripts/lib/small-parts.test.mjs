import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorPages } from './render-error-pages.mjs';
import { findCycles } from './find-cycles.mjs';
import { satisfies } from './node-range.mjs';

test('a Node range is read as npm reads it', () => {
  const accepted = ['>=18', '>= 18.0.0', '^20.19.0 || >=22.12.0', '18 || 20 || >=22', '>=14.0.0 <21', '20.x', '*', '18 - 20', '~20.19', '<=20', '>20.18'];
  const refused = ['>=22', '^20.20.0', '20.20 || 22', '<20', '18 - 19', '~20.18.1', '>20', '^22||^24||>=26'];
  for (const range of accepted) assert.equal(satisfies('20.19.0', range), true, range);
  for (const range of refused) assert.equal(satisfies('20.19.0', range), false, range);
});

test('files that import each other are found, with the way round', () => {
  const graph = new Map([['a', ['b']], ['b', ['c']], ['c', ['a', 'd']], ['d', []]]);
  assert.deepEqual(findCycles(graph), [['a', 'b', 'c', 'a']]);
  assert.deepEqual(findCycles(new Map([['a', ['b', 'c']], ['b', ['c']], ['c', []]])), []);
});

test('each failure code gets a page, and the index names them all', () => {
  const entry = { message: 'The branch is frozen.', actor: 'manager', retryHelps: 'after-fix', means: 'Reads only.', fix: 'Thaw it.', httpCode: 'FORBIDDEN' };
  const pages = errorPages({ BRANCH_FROZEN: entry });
  assert.deepEqual([...pages.keys()], ['README.md', 'BRANCH_FROZEN.md']);
  assert.match(pages.get('README.md'), /\[`BRANCH_FROZEN`\]\(BRANCH_FROZEN\.md\)/);
  assert.match(pages.get('BRANCH_FROZEN.md'), /Thaw it\./);
});
