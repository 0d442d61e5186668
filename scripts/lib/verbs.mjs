// What each npm script builds (a turbo filter: the workspace and what it depends on; null is everything) and then runs.
// `entry: null` is the test run.
export const verbs = {
  demo: { workspace: '@modula/replay', entry: 'examples/replay/dist/demo.js' },
  test: { workspace: null, entry: null },
  start: { workspace: '@modula/api', entry: 'apps/api/dist/main.js' },
  'start:api': { workspace: '@modula/api', entry: 'apps/api/dist/main.js' },
  provision: { workspace: '@modula/api', entry: 'apps/api/dist/commands/provision.js' },
  epoch: { workspace: '@modula/api', entry: 'apps/api/dist/commands/epoch.js' },
  webhook: { workspace: '@modula/api', entry: 'apps/api/dist/commands/webhook.js' },
  replay: { workspace: '@modula/replay', entry: 'examples/replay/dist/replay.js' },
  bench: { workspace: '@modula/bench', entry: 'bench/dist/main.js' },
};
