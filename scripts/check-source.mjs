// Small rules a linter does not have: each was a fault somewhere once.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow } from './lib/source-files.mjs';
import { root } from './lib/root.mjs';
import { sourceRules } from './lib/source-rules.mjs';

const complaints = [];
const files = ['packages', 'apps'].flatMap((folder) => [...filesBelow(folder, '.ts'), ...filesBelow(folder, '.sql')]);
for (const file of files) {
  const lines = readFileSync(join(root, file), 'utf8').split('\n');
  for (const rule of sourceRules) {
    if (!rule.covers(file)) continue;
    lines.forEach((line, index) => {
      const code = line.replace(/\/\/.*$|^\s*\*.*$|--.*$/, '');
      if (rule.pattern.test(code)) complaints.push(`${rule.name}: ${rule.means}\n    ${file}:${index + 1}`);
    });
  }
}

for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
process.stderr.write(`check-source: ${files.length} files, ${complaints.length} faults\n`);
process.exitCode = complaints.length === 0 ? 0 : 1;
