const APPEND = 'apps/api/src/engine/feed/append.ts';
const LOCKS = 'apps/api/src/engine/feed/lock-streams.ts';
const REGRESSIONS = 'apps/api/src/faults/regressions.test.ts';

const RUN_CHUNK = 'apps/api/src/engine/push/run-chunk.ts';
const LOADS = '  const rows = new ChunkRows();\n  prepare(rows, chunk);\n  const loads = rows.load(tx, tenantId);';

export const feedFaults = [
  {
    means: 'seq is counted without the lock of the stream',
    rules: ['F1'],
    tests: ['apps/api/src/engine/push/locks.test.ts'],
    edits: [{ file: LOCKS, find: 'ANY($2::uuid[]) ORDER BY branch_id FOR NO KEY UPDATE`', replace: 'ANY($2::uuid[]) ORDER BY branch_id`' }],
  },
  {
    means: 'rows are read before the lock of their stream is held',
    rules: ['F1', 'M3'],
    tests: ['apps/api/src/engine/push/locks.test.ts'],
    edits: [
      { file: RUN_CHUNK, find: `${LOADS}\n`, replace: '' },
      { file: RUN_CHUNK, find: '  const opening = FeedWriter.open(', replace: `${LOADS}\n  const opening = FeedWriter.open(` },
    ],
  },
  {
    means: 'the streams of a tenant are locked in another order than elsewhere',
    rules: ['F2'],
    tests: ['apps/api/src/engine/push/locks.test.ts'],
    edits: [{ file: LOCKS, find: 'WHERE tenant_id = $1 ORDER BY branch_id FOR NO KEY UPDATE', replace: 'WHERE tenant_id = $1 ORDER BY branch_id DESC FOR NO KEY UPDATE' }],
  },
  {
    means: 'a tenant-wide change reaches active branches only',
    rules: ['F2'],
    tests: ['apps/api/src/engine/feed/fan-out.test.ts'],
    edits: [{ file: APPEND, find: `b.status = 'ARCHIVED'`, replace: `b.status <> 'ACTIVE'` }],
  },
  {
    means: 'a branch that comes back is not given what it missed',
    rules: ['F2'],
    tests: [REGRESSIONS],
    edits: [
      {
        file: 'apps/api/src/admin/provisioning/apply-plan.ts',
        find: 'await Promise.all(seeds.toSorted().map((branchId) => seedStream(tx, plan.tenantId, branchId)));',
        replace: 'void seedStream;\n  void seeds;',
      },
    ],
  },
  {
    means: 'a removal puts no tombstone on the feed',
    rules: ['F3'],
    tests: [REGRESSIONS],
    edits: [
      {
        file: 'apps/api/src/engine/push/judge.ts',
        find: 'return feed.appendShared(changes, origin);',
        replace: `return feed.appendShared(changes.filter(({ opKind }) => opKind === 'UPSERT'), origin);`,
      },
    ],
  },
  {
    means: 'what a change replaces stays in the proof',
    rules: ['G1', 'P2', 'F3'],
    tests: ['apps/api/src/rules/feed.test.ts'],
    edits: [
      {
        file: APPEND,
        find: `SELECT kind AS entity_kind, 1 AS live, hash FROM entry WHERE op_kind = 'UPSERT' AND replaced_by IS NULL
           UNION ALL
           SELECT entity_kind, -1, entity_hash FROM replaced WHERE op_kind = 'UPSERT'`,
        replace: `SELECT kind AS entity_kind, 1 AS live, hash FROM entry WHERE op_kind = 'UPSERT' AND replaced_by IS NULL`,
      },
    ],
  },
  {
    means: 'retention takes what lives',
    rules: ['F3'],
    tests: ['apps/api/src/admin/retention/retain-tenant.test.ts'],
    edits: [
      {
        file: 'apps/api/src/admin/retention/sweep.ts',
        find: `slice.replaced_by_seq IS NOT NULL OR slice.op_kind = 'TOMBSTONE'`,
        replace: `slice.replaced_by_seq IS NOT NULL OR slice.op_kind IS NOT NULL`,
      },
    ],
  },
];
