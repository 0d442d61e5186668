import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository this file is in, found from source and from `dist` alike. */
export function repositoryRoot(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); folder !== dirname(folder); folder = dirname(folder)) {
    if (isRoot(join(folder, 'package.json'))) return folder;
  }
  throw new Error('the replay runs inside the repository only');
}

function isRoot(manifest: string): boolean {
  if (!existsSync(manifest)) return false;
  const read: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
  return typeof read === 'object' && read !== null && 'name' in read && read.name === 'modula-sync';
}

export function builtApiFile(path: string): string {
  const file = join(repositoryRoot(), 'apps', 'api', 'dist', path);
  if (!existsSync(file)) throw new Error(`${file} is missing; run "npm run build" first`);
  return file;
}
