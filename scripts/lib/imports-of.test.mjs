import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importsIn, packageOf } from './imports-of.mjs';

const specifiers = (source) => importsIn(source, 'a/b/file.ts').map(({ specifier }) => specifier);

test('every way to import is seen: static, re-export, side effect, dynamic, over several lines', () => {
  const source = `import { one } from './one.ts';
import {
  two,
} from './two.ts';
import './three.ts';
export * from './four.ts';
export type { Five } from './five.ts';
const six = await import('./six.ts');`;
  assert.deepEqual(specifiers(source), ['./one.ts', './two.ts', './three.ts', './four.ts', './five.ts', './six.ts']);
});

test('a declaration that says "from" in a string is no import, nor is what stands in a block comment', () => {
  assert.deepEqual(specifiers(`export const words = ["from 'nowhere'"];\n/* import './gone.ts'; */\nexport function from() { return 'x'; }`), []);
});

test('type imports are told apart, and a relative import names its file', () => {
  const [types, value] = importsIn(`import type { A } from '../a.ts';\nimport { type B, b } from './b.ts';`, 'x/y/file.ts');
  assert.deepEqual(types, { specifier: '../a.ts', typeOnly: true, target: 'x/a.ts' });
  assert.deepEqual(value, { specifier: './b.ts', typeOnly: false, target: 'x/y/b.ts' });
});

test('a bare specifier names its package', () => {
  assert.equal(packageOf('@modula/sync-core/wire'), '@modula/sync-core');
  assert.equal(packageOf('zod/mini'), 'zod');
});
