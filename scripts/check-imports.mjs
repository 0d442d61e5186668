// Holds the house's arrows: prints the sentence that an import broke, and where.
// An own check because the usual tool refuses Node 20 and reads TypeScript through an API that TypeScript 7 no longer has.
import { readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { builtinModules } from 'node:module';
import { filesBelow } from './lib/source-files.mjs';
import { importRules } from './lib/import-rules.mjs';
import { importsOf, packageOf } from './lib/imports-of.mjs';
import { findCycles } from './lib/find-cycles.mjs';
import { root } from './lib/root.mjs';
import { workspaces } from './lib/workspaces.mjs';

const complaints = [];
const graph = new Map();

for (const { path, manifest } of workspaces()) {
  const declared = declaredBy(manifest);
  for (const file of filesBelow(`${path}/src`, '.ts')) {
    const imports = importsOf(file);
    // A circle of types alone is nothing when the program runs.
    graph.set(file, imports.flatMap(({ target, typeOnly }) => (target === null || typeOnly ? [] : [target])));
    for (const entry of imports) check(file, entry, { declared, ownName: manifest.name });
  }
}
for (const cycle of findCycles(graph)) complaints.push(`no-cycles: files import each other in a circle\n    ${cycle.join(' → ')}`);

for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
process.stderr.write(`check-imports: ${graph.size} files, ${complaints.length} broken arrows\n`);
process.exitCode = complaints.length === 0 ? 0 : 1;

function check(file, { specifier, typeOnly, target }, { declared, ownName }) {
  const bare = target === null ? packageOf(specifier) : null;
  for (const rule of importRules) {
    if (rule.breaks({ file, specifier, typeOnly, target, bare })) {
      complaints.push(`${rule.name}: ${rule.means}\n    ${file} imports ${specifier}`);
    }
  }
  if (target !== null && !existsSync(join(root, target))) {
    complaints.push(`imports-exist: a relative import names a file\n    ${file} imports ${specifier}`);
  }
  if (bare !== null && !bare.startsWith('#') && bare !== ownName && !declared.has(bare) && !isBuiltin(bare)) {
    complaints.push(`imports-are-declared: what is imported stands in the workspace's package.json\n    ${file} imports ${specifier}`);
  }
}

function declaredBy(manifest) {
  const ofRoot = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies;
  const sections = [manifest.dependencies, manifest.devDependencies, manifest.optionalDependencies, manifest.peerDependencies, ofRoot];
  return new Set(sections.flatMap((section) => Object.keys(section ?? {})));
}

function isBuiltin(name) {
  return name.startsWith('node:') || builtinModules.includes(name);
}
