import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packageOf } from './imports-of.mjs';
import { importRules } from './import-rules.mjs';

function broken(file, imported, { typeOnly = false } = {}) {
  const isFile = imported.startsWith('apps/') || imported.startsWith('packages/');
  const entry = { file, specifier: imported, typeOnly, target: isFile ? imported : null, bare: isFile ? null : packageOf(imported) };
  return importRules.filter((rule) => rule.breaks(entry)).map((rule) => rule.name);
}

const forbidden = [
  ['core-is-pure', 'packages/sync-core/src/index.ts', 'node:fs'],
  ['db-below-engine', 'packages/db/src/index.ts', '@modula/api/router'],
  ['client-never-meets-server', 'packages/sync-client/src/index.ts', '@modula/api/router'],
  ['client-never-meets-server', 'packages/sync-client/src/index.ts', '@modula/db'],
  ['engine-knows-no-module', 'apps/api/src/engine/push/judge.ts', 'apps/api/src/modules/sale/module.ts'],
  ['modules-do-not-gossip', 'apps/api/src/modules/sale/finalize.ts', 'apps/api/src/modules/menu/table.ts'],
  ['modules-see-the-plug-only', 'apps/api/src/modules/sale/finalize.ts', 'apps/api/src/engine/feed/feed-writer.ts'],
  ['routers-are-thin', 'apps/api/src/routers/sync/push.ts', '@modula/db'],
  ['only-main-composes', 'apps/api/src/platform/metrics.ts', 'apps/api/src/modules/index.ts'],
  ['tests-stay-out', 'apps/api/src/engine/push/judge.ts', '@modula/db/testing'],
];
for (const [name, file, imported] of forbidden) {
  test(`${name}: ${file} may not import ${imported}`, () => assert.deepEqual(broken(file, imported), [name]));
}

const allowed = [
  ['packages/sync-core/src/wire/index.ts', 'zod'],
  ['packages/sync-core/src/sha256.node.ts', 'node:crypto'],
  ['packages/sync-client/src/transport.ts', '@modula/api/router', { typeOnly: true }],
  ['apps/api/src/modules/sale/finalize.ts', 'apps/api/src/engine/plug.ts'],
  ['apps/api/src/modules/sale/finalize.ts', 'apps/api/src/modules/ports.ts'],
  ['apps/api/src/modules/sale/finalize.test.ts', 'apps/api/src/modules/testing/shop.ts'],
  ['apps/api/src/main.ts', 'apps/api/src/modules/index.ts'],
];
for (const [file, imported, options] of allowed) {
  test(`${file} may import ${imported}`, () => assert.deepEqual(broken(file, imported, options), []));
}
