import type { BenchDatabase } from '../service/database.ts';

const BRANCHES_MAX = 1000;

export async function createFanOutTables(database: BenchDatabase): Promise<void> {
  await database.raw`CREATE TABLE bench_branch (branch_id uuid PRIMARY KEY, place integer NOT NULL)`;
  await database.raw`INSERT INTO bench_branch (branch_id, place) SELECT gen_random_uuid(), place FROM generate_series(1, ${BRANCHES_MAX}::integer) AS place`;
  await database.raw`
    CREATE TABLE bench_narrow (
      tenant_id uuid NOT NULL, branch_id uuid NOT NULL, seq bigint NOT NULL, entity_kind text NOT NULL, shared_seq bigint NOT NULL,
      PRIMARY KEY (tenant_id, branch_id, seq))`;
}

/** Milliseconds of one INSERT … SELECT of one narrow row per branch, committed. */
export async function rawFanOutMs(database: BenchDatabase, options: { tenantId: string; branches: number; seq: number }): Promise<number> {
  const { tenantId, branches, seq } = options;
  const started = performance.now();
  await database.raw`
    INSERT INTO bench_narrow (tenant_id, branch_id, seq, entity_kind, shared_seq)
    SELECT ${tenantId}::uuid, branch_id, ${seq}::bigint, 'menu.item', ${seq}::bigint FROM bench_branch WHERE place <= ${branches}`;
  return performance.now() - started;
}
