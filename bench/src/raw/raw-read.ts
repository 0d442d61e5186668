import type { BenchDatabase } from '../service/database.ts';

export interface Stream {
  readonly tenantId: string;
  readonly branchId: string;
}

/** Rows per second of the driver reading a stream's live rows in pages by key, the same rows and page size as a pull. */
export async function rawPagedRead(database: BenchDatabase, stream: Stream, pageRows: number): Promise<number> {
  const started = performance.now();
  let after = '0';
  let count = 0;
  for (;;) {
    const rows = await database.sql<{ seq: string }[]>`
      SELECT seq, entity_kind, entity_id, op_kind, payload, occurred_at, actor_id, client_op_id
      FROM feed_entry
      WHERE tenant_id = ${stream.tenantId} AND branch_id = ${stream.branchId} AND seq > ${after} AND replaced_by_seq IS NULL
      ORDER BY seq LIMIT ${pageRows}`;
    count += rows.length;
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageRows) return (count * 1000) / (performance.now() - started);
    after = last.seq;
  }
}

/** The same rows in one statement: what the driver does when nobody pages. */
export async function rawWholeRead(database: BenchDatabase, stream: Stream): Promise<number> {
  const started = performance.now();
  const rows = await database.sql`
    SELECT seq, entity_kind, entity_id, op_kind, payload, occurred_at, actor_id, client_op_id
    FROM feed_entry
    WHERE tenant_id = ${stream.tenantId} AND branch_id = ${stream.branchId} AND replaced_by_seq IS NULL
    ORDER BY seq`;
  return (rows.length * 1000) / (performance.now() - started);
}
