import type { BenchDatabase } from '../service/database.ts';

export async function createFanOutTable(database: BenchDatabase): Promise<void> {
  await database.sql`
    CREATE TABLE bench_narrow (
      tenant_id uuid NOT NULL, branch_id uuid NOT NULL, seq bigint NOT NULL, entity_kind text NOT NULL, shared_seq bigint NOT NULL,
      PRIMARY KEY (tenant_id, branch_id, seq))`;
}

/** Milliseconds of one INSERT … SELECT of one narrow row per branch, committed. */
export async function rawFanOutMs(database: BenchDatabase, options: { tenantId: string; seq: number }): Promise<number> {
  const started = performance.now();
  await database.sql`
    INSERT INTO bench_narrow (tenant_id, branch_id, seq, entity_kind, shared_seq)
    SELECT tenant_id, branch_id, ${options.seq}, 'menu.item', ${options.seq}
    FROM branch WHERE tenant_id = ${options.tenantId}`;
  return performance.now() - started;
}
