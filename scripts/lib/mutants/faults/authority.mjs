const JUDGE = 'apps/api/src/engine/push/judge.ts';
const AUTHORITY = 'apps/api/src/rules/authority.test.ts';

export const authorityFaults = [
  {
    means: 'authority is asked before the stored outcome is looked up',
    rules: ['A2'],
    tests: ['apps/api/src/rules/gate.test.ts'],
    edits: [
      {
        file: JUDGE,
        find: 'const repeated = this.#repeat(candidate);',
        replace: 'const repeated = authorize(candidate, this.#input.facts) === null ? this.#repeat(candidate) : null;',
      },
    ],
  },
  {
    means: 'a verified token is not looked at again in the transaction',
    rules: ['A6'],
    tests: [AUTHORITY],
    edits: [{ file: JUDGE, find: 'if (caller.tokenHash === null) return true;', replace: 'if (caller.tokenHash === null || caller.tokenHash !== null) return true;' }],
  },
  {
    means: 'authority is read before the lock of the stream is held',
    rules: ['A6'],
    tests: ['apps/api/src/engine/push/locks.test.ts'],
    edits: [
      { file: 'apps/api/src/engine/push/run-chunk.ts', find: '  const place = readPlace(tx, tenantId, branchId);\n', replace: '' },
      {
        file: 'apps/api/src/engine/push/run-chunk.ts',
        find: '  const tenant = chunk.reach ===',
        replace: '  const place = readPlace(tx, tenantId, branchId);\n  const tenant = chunk.reach ===',
      },
    ],
  },
  {
    means: 'an actor sells in branches that are not its own',
    rules: ['A1'],
    tests: [AUTHORITY],
    edits: [
      {
        file: 'apps/api/src/engine/push/authorize.ts',
        find: 'if (!permissionsOf(actor.role).has(permission) || !reaches(actor, operation.branchId)) {',
        replace: 'if (!permissionsOf(actor.role).has(permission) && !reaches(actor, operation.branchId)) {',
      },
    ],
  },
];
