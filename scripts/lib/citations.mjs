import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow } from './source-files.mjs';
import { root } from './root.mjs';

/** Rule → test file → how often it cites the rule. */
export function citationsByRule() {
  const citations = new Map();
  for (const file of ['packages', 'apps', 'examples', 'bench'].flatMap((folder) => filesBelow(folder, '.test.ts'))) {
    for (const rule of rulesCitedIn(readFileSync(join(root, file), 'utf8'))) {
      const counts = citations.get(rule) ?? new Map();
      counts.set(file, (counts.get(file) ?? 0) + 1);
      citations.set(rule, counts);
    }
  }
  return citations;
}

/** `test('[G3] …'`, `'[G1][G2] …'`, `'[G1, O2] …'`. */
export function rulesCitedIn(source) {
  return [...source.matchAll(/['"`]((?:\[[A-Z][\w,\s-]*\]\s*)+)/g)].flatMap((match) => match[1].match(/[A-Z][A-Za-z]*-?[\w-]*\d+|Proof/g) ?? []);
}
