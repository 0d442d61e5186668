import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../root.mjs';

/** The workspaces that faults are put into, and those whose tests find them. */
export const COPIED = ['apps/api', 'packages/db', 'packages/sync-core'];

const LEFT_OUT = new Set(['node_modules', 'dist', '.turbo', '.next', 'coverage']);

/**
 * A copy of the source to put faults into. Dependencies are links to the installed ones, but `@modula/*` leads to the copies,
 * so that a fault in a package reaches the service. Not inside node_modules: files there are taken for JavaScript.
 */
export function makeSandbox() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'modula-mutants-')));
  for (const workspace of COPIED) {
    cpSync(join(root, workspace), join(folder, workspace), { recursive: true, filter: (source) => !LEFT_OUT.has(source.split(/[\\/]/).at(-1)) });
  }
  cpSync(join(root, 'tsconfig.base.json'), join(folder, 'tsconfig.base.json'));
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, '@modula'), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!name.startsWith('.') && name !== '@modula') link(join(root, 'node_modules', name), join(modules, name));
  }
  for (const workspace of COPIED) link(join(folder, workspace), join(modules, '@modula', workspace.split('/').at(-1)));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

// A junction needs no rights on Windows; elsewhere the type is ignored.
function link(target, path) {
  symlinkSync(target, path, 'junction');
}
