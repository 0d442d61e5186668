import { existsSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { root } from './root.mjs';

/** Files below a folder of the repository, as paths from its root with forward slashes, sorted. */
export function filesBelow(path, ending) {
  const start = join(root, path);
  if (!existsSync(start)) return [];
  return readdirSync(start, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)).split(sep).join('/'))
    .filter((file) => !/(^|\/)(node_modules|dist|\.turbo)\//.test(file))
    .toSorted();
}
