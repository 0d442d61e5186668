const POLICY = `ON %I USING (tenant_id = NULLIF(current_setting(''app.tenant'', true), '''')::uuid)'`;

/** The database lets every row pass. */
const NO_POLICY = { file: 'packages/db/migrations/0003_isolation.sql', find: POLICY, replace: `ON %I USING (true)'` };

export const isolationFaults = [
  {
    means: 'the tenant is set for the session, not for the transaction',
    rules: ['A4'],
    tests: ['packages/db/src/client/database.test.ts'],
    edits: [{ file: 'packages/db/src/client/transaction.ts', find: '; set local app.tenant =', replace: '; set app.tenant =' }],
  },
  {
    means: 'the policies of the database let every row pass',
    rules: ['A4'],
    tests: ['apps/api/src/isolation/row-level-security.test.ts'],
    edits: [NO_POLICY],
  },
  {
    means: 'a look-up lost its tenant filter and the database does not help',
    rules: ['A4', 'G1'],
    tests: ['apps/api/src/isolation/same-ids.test.ts'],
    edits: [
      NO_POLICY,
      { file: 'apps/api/src/engine/push/stored-operation.ts', find: 'FROM operation WHERE tenant_id = $1 AND client_op_id', replace: 'FROM operation WHERE $1::uuid IS NOT NULL AND client_op_id' },
    ],
  },
  {
    means: 'the service runs as the owner of the tables',
    rules: ['A4'],
    tests: ['packages/db/src/client/database.test.ts'],
    edits: [{ file: 'packages/db/src/client/database.ts', find: `name: 'write', role: RUNTIME_ROLE`, replace: `name: 'write', role: null` }],
  },
];
