import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

/** Every workspace of the root package.json: its folder and its package.json. */
export function workspaces() {
  const { workspaces: patterns } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return patterns
    .flatMap((pattern) => (pattern.endsWith('/*') ? childrenOf(pattern.slice(0, -2)) : [pattern]))
    .map((path) => ({ path, folder: join(root, path) }))
    .filter(({ folder }) => existsSync(join(folder, 'package.json')))
    .map((workspace) => ({ ...workspace, manifest: JSON.parse(readFileSync(join(workspace.folder, 'package.json'), 'utf8')) }));
}

function childrenOf(path) {
  return readdirSync(join(root, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${path}/${entry.name}`);
}
