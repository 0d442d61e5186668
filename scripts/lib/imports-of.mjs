import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { root } from './root.mjs';

// `import … from 'x'`, `export … from 'x'`, `import 'x'` and `import('x')`. The gap may span lines but no quote or semicolon,
// so that it never runs from one statement into the next.
const STATIC = /^[ \t]*(?:import|export)\b(?:([^'"`;]*?)\bfrom\s*)?\s*['"]([^'"]+)['"]/gm;
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;
const BLOCK_COMMENT = /\/\*[\s\S]*?\*\//g;

/**
 * What a source file imports: the specifier as written, whether only types cross, and for a relative one
 * the file it names (a path from the root).
 */
export function importsOf(file) {
  return importsIn(readFileSync(join(root, file), 'utf8'), file);
}

export function importsIn(source, file) {
  const text = source.replace(BLOCK_COMMENT, (comment) => comment.replace(/[^\n]/g, ' '));
  const found = [];
  for (const match of text.matchAll(STATIC)) {
    found.push({ specifier: match[2], typeOnly: /^\s*type\b(?!\s*(?:,|from))/.test(match[1] ?? '') });
  }
  for (const match of text.matchAll(DYNAMIC)) found.push({ specifier: match[1], typeOnly: false });
  return found.map((entry) => ({
    ...entry,
    target: entry.specifier.startsWith('.') ? posix.join(dirname(file), entry.specifier) : null,
  }));
}

/** The package a bare specifier names: `@a/b/c` is `@a/b`. */
export function packageOf(specifier) {
  return specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}
