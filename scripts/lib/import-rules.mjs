// The house's arrows. A rule's name is the sentence that is printed when an import breaks it.
// `file` and `target` are paths from the root; `bare` is the package a non-relative import names.
const inside = (folder) => (path) => path !== null && path.startsWith(`${folder}/`);
// A test kit is no product: it may put together what its tests need.
const isTest = (path) => /\.test\.ts$|\/testing\//.test(path);
const inApi = (part) => inside(`apps/api/src/${part}`);
const database = new Set(['@modula/db', 'postgres', 'drizzle-orm']);
const moduleNameOf = (path) => /^apps\/api\/src\/modules\/(?!testing\/)([^/]+)\//.exec(path ?? '')?.[1] ?? null;
const isComposer = (path) => /^apps\/api\/src\/(main\.ts|main\/|compose|commands\/|(?:.*\/)?testing\/|platform\/compose)/.test(path);
const composed = new Set(['apps/api/src/modules/index.ts', 'apps/api/src/engine/create-engine.ts']);

export const importRules = [
  {
    name: 'core-is-pure',
    means: 'sync-core imports nothing but zod, the canonical JSON and the hash',
    breaks: ({ file, bare, specifier }) =>
      inside('packages/sync-core/src')(file) &&
      !isTest(file) &&
      bare !== null &&
      !['zod', 'canonicalize', '@noble/hashes', '#sha256'].includes(bare) &&
      !(specifier === 'node:crypto' && file.endsWith('.node.ts')),
  },
  {
    name: 'db-below-engine',
    means: 'db knows neither the service nor the client',
    breaks: ({ file, bare }) => inside('packages/db/src')(file) && ['@modula/api', '@modula/sync-client', 'hono', '@trpc/server'].includes(bare),
  },
  {
    name: 'client-never-meets-server',
    means: "the till's SDK takes only types from the router, and nothing from the database",
    breaks: ({ file, bare, specifier, typeOnly }) =>
      inside('packages/sync-client/src')(file) &&
      !isTest(file) &&
      (database.has(bare) || (bare === '@modula/api' && !(typeOnly && specifier === '@modula/api/router'))),
  },
  {
    name: 'engine-knows-no-module',
    means: 'the engine imports no module, no router, no HTTP and no process',
    breaks: ({ file, target }) =>
      inApi('engine')(file) &&
      !isTest(file) &&
      (['modules', 'routers', 'http', 'admin', 'commands', 'platform'].some((part) => inApi(part)(target)) || target === 'apps/api/src/main.ts'),
  },
  {
    name: 'modules-do-not-gossip',
    means: 'a module never imports another module; it asks through a port',
    breaks: ({ file, target }) =>
      moduleNameOf(file) !== null && !isTest(file) && moduleNameOf(target) !== null && moduleNameOf(target) !== moduleNameOf(file),
  },
  {
    name: 'modules-see-the-plug-only',
    means: 'a module sees the plug, the working sets and the language: no database, no feed, no rest of the engine',
    breaks: ({ file, target, bare }) =>
      moduleNameOf(file) !== null &&
      !isTest(file) &&
      (database.has(bare) ||
        (inApi('engine')(target) && !['apps/api/src/engine/plug.ts', 'apps/api/src/engine/working-set.ts'].includes(target))),
  },
  {
    name: 'routers-are-thin',
    means: 'a router is a door: it never touches the database',
    breaks: ({ file, bare }) => inApi('routers')(file) && !isTest(file) && database.has(bare),
  },
  {
    name: 'only-main-composes',
    means: 'the engine and the modules meet in main, the commands and the test service, nowhere else',
    breaks: ({ file, target, typeOnly }) => !typeOnly && composed.has(target) && !isTest(file) && !isComposer(file),
  },
  {
    name: 'tests-stay-out',
    means: 'what ships imports no test and no test kit',
    breaks: ({ file, target, specifier }) =>
      !isTest(file) &&
      !inside('bench')(file) &&
      !inside('examples')(file) &&
      (isTest(target ?? '') || specifier.endsWith('/testing') || specifier === 'vitest'),
  },
];
