const JUDGE = 'apps/api/src/engine/push/judge.ts';
const REGRESSIONS = 'apps/api/src/faults/regressions.test.ts';
const GATE = 'apps/api/src/rules/gate.test.ts';

export const gateFaults = [
  {
    means: 'the rows that a rejected operation wrote are kept',
    rules: ['G5'],
    tests: [REGRESSIONS],
    edits: [{ file: JUDGE, find: `rows.drop();\n        return this.#fail(`, replace: `rows.keep();\n        return this.#fail(` }],
  },
  {
    means: 'the rows that an operation wrote before it threw are kept',
    rules: ['G5'],
    tests: [REGRESSIONS],
    edits: [{ file: JUDGE, find: `rows.drop();\n      // A row made by`, replace: `rows.keep();\n      // A row made by` }],
  },
  {
    means: 'of changes that cannot all be written down the first stay on the feed',
    rules: ['G5'],
    tests: ['apps/api/src/engine/feed/feed-writer.test.ts'],
    edits: [
      {
        file: 'apps/api/src/engine/feed/feed-writer.ts',
        find: `for (const wire of changes.map(wireOf)) {\n      stream.head += 1;`,
        replace: `for (const change of changes) {\n      const wire = wireOf(change);\n      stream.head += 1;`,
      },
    ],
  },
  {
    means: 'a COMMIT that was answered ROLLBACK counts as done',
    rules: ['G5'],
    tests: ['packages/db/src/client/database.test.ts'],
    edits: [
      { file: 'packages/db/src/client/transaction.ts', find: 'if (this.#failures.size > 0) throw this.#firstFailure();\n    if (tag', replace: 'if (tag' },
      { file: 'packages/db/src/client/transaction.ts', find: 'if (tag !== this.#endWith.toUpperCase()) throw new TransactionRolledBackError(tag);', replace: 'void tag;' },
    ],
  },
  {
    means: 'operations are the same only within a branch',
    rules: ['G3'],
    tests: [GATE],
    edits: [
      {
        file: JUDGE,
        find: 'if (stored === undefined || (candidate.retry',
        replace: 'if (stored === undefined || stored.branchId !== candidate.operation.branchId || (candidate.retry',
      },
    ],
  },
  {
    means: 'an id that two nodes settle at once is not tried again',
    rules: ['G1'],
    tests: ['apps/api/src/faults/races.test.ts'],
    edits: [{ file: 'apps/api/src/engine/push/persist-chunk.ts', find: ` || sqlState(error) === '23505'`, replace: '' }],
  },
  {
    means: 'a refused reuse of an id is written down nowhere',
    rules: ['A5'],
    tests: [REGRESSIONS],
    edits: [
      {
        file: 'apps/api/src/engine/push/record-attempts.ts',
        find: `if (verdict.kind !== 'reused' && verdict.kind !== 'refused') return [];`,
        replace: `if (verdict.kind !== 'refused') return [];`,
      },
    ],
  },
  {
    means: 'the hash that the client counted is believed',
    rules: ['G4'],
    tests: [GATE],
    edits: [
      {
        file: 'apps/api/src/engine/push/candidate.ts',
        find: 'if (operation.payloadHash !== null && operation.payloadHash !== checked.hash) {',
        replace: 'if (operation.payloadHash === null && checked.hash === null) {',
      },
    ],
  },
  {
    means: 'a surprise of the server is stored as FAILED',
    rules: ['G7', 'O3'],
    tests: ['apps/api/src/rules/order.test.ts'],
    edits: [{ file: JUDGE, find: 'return this.#wait(candidate, error);', replace: `return this.#fail(candidate, refusal('PAYLOAD_INVALID'));` }],
  },
  {
    means: 'a transient fault of the database is answered FAILED',
    rules: ['G7'],
    tests: ['apps/api/src/faults/transient-errors.test.ts'],
    edits: [
      {
        file: 'apps/api/src/engine/push/answers.ts',
        find: `status: 'PENDING', result: null, streamSeq: null, failure: null, retryAfterMs }`,
        replace: `status: 'FAILED', result: null, streamSeq: null, failure: null, retryAfterMs }`,
      },
    ],
  },
  {
    means: 'an applied operation leaves no audit row',
    rules: ['G5', 'M5'],
    tests: [GATE],
    edits: [{ file: 'apps/api/src/engine/push/insert-outcomes.ts', find: `FROM r WHERE status = 'SYNCED'`, replace: `FROM r WHERE status = 'FAILED'` }],
  },
];
