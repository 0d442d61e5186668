const PULL = 'apps/api/src/engine/pull/pull-page.ts';
const PAGE = 'apps/api/src/engine/pull/read-page.ts';
const LOCATE = 'apps/api/src/engine/pull/locate.ts';
const RULES = 'apps/api/src/rules/pull.test.ts';
const REGRESSIONS = 'apps/api/src/faults/regressions.test.ts';

const FACTS = '      readStream(tx, tenantId, { deviceId, branchId, kinds, scopeHash }),';

export const pullFaults = [
  {
    means: 'pages are ordered by the text of seq',
    rules: ['P1'],
    tests: [REGRESSIONS],
    edits: [
      { file: PAGE, find: 'AND ${LATEST}\n  ORDER BY e.seq LIMIT $5`;', replace: 'AND ${LATEST}\n  ORDER BY e.seq::text LIMIT $5`;' },
      { file: PAGE, find: 'client_op_id)\n  ORDER BY e.seq LIMIT $5`;', replace: 'client_op_id)\n  ORDER BY e.seq::text LIMIT $5`;' },
    ],
  },
  {
    means: 'the cursor of a full page is the head of the stream',
    rules: ['P1'],
    tests: [RULES],
    edits: [{ file: PULL, find: 'const seq = page.more ? page.lastSeq : headSeq;', replace: 'const seq = headSeq;' }],
  },
  {
    means: 'the page is read first and the head after it, without one snapshot',
    rules: ['P2'],
    tests: ['apps/api/src/engine/pull/snapshot.test.ts'],
    edits: [
      { file: 'packages/db/src/client/database.ts', find: `{ isolation: 'repeatable read', readOnly: true }`, replace: `{ isolation: 'read committed', readOnly: true }` },
      { file: PULL, find: 'const [facts, page] = await', replace: 'const [page, facts] = await' },
      { file: PULL, find: `${FACTS}\n`, replace: '' },
      { file: PULL, find: 'broad: kinds.length >= BROAD_KINDS_MIN }),\n', replace: `broad: kinds.length >= BROAD_KINDS_MIN }),\n${FACTS}\n` },
    ],
  },
  {
    means: 'a till without cursor goes on where the server remembers it',
    rules: ['P4'],
    tests: [REGRESSIONS],
    edits: [
      {
        file: PAGE,
        find: 'e.seq > $3 AND e.entity_kind = ANY',
        replace: 'e.seq > (SELECT greatest($3, max(c.seq)) FROM device_checkpoint AS c WHERE c.tenant_id = $1 AND c.branch_id = $2) AND e.entity_kind = ANY',
      },
    ],
  },
  {
    means: 'the checkpoint is the cursor that was served',
    rules: ['P6'],
    tests: [REGRESSIONS],
    edits: [{ file: PULL, find: 'epoch, seq: presentedSeq, now });', replace: 'epoch, seq: page.more ? page.lastSeq : stream.headSeq, now });' }],
  },
  {
    means: 'the order of scopes matters to the cursor',
    rules: ['P3'],
    tests: ['packages/sync-core/src/scopes.test.ts'],
    edits: [{ file: 'packages/sync-core/src/scopes.ts', find: 'const kinds = [...covered].toSorted();', replace: 'const kinds = [...covered];' }],
  },
  {
    means: 'a cursor of before a restore goes on',
    rules: ['P3'],
    tests: [RULES],
    edits: [{ file: LOCATE, find: `if (fields.epoch !== stream.epoch) return { kind: 'reset', reason: 'STREAM_RESET' };`, replace: '' }],
  },
  {
    means: 'a cursor behind the horizon goes on',
    rules: ['P3'],
    tests: [RULES],
    edits: [
      { file: LOCATE, find: `if (Math.max(fields.seq, fields.baseSeq) < stream.horizonSeq) return { kind: 'reset', reason: 'RETENTION_EXPIRED' };`, replace: '' },
    ],
  },
  {
    means: 'a cursor is not checked for its seal',
    rules: ['P3'],
    tests: ['packages/sync-core/src/cursor.test.ts'],
    edits: [
      {
        file: 'packages/sync-core/src/cursor.ts',
        find: 'if (key === undefined || !sameBytes(mac(key, bytes), bytes.subarray(AT.mac))) return MALFORMED;',
        replace: 'if (key === undefined) return MALFORMED;',
      },
    ],
  },
];
