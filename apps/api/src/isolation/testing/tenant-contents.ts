import type { Database, Tx } from '@modula/db';

/** Every table that belongs to a tenant, by name. */
export async function tenantTables(tx: Tx): Promise<string[]> {
  const rows = await tx.query<{ name: string }>(
    `SELECT c.relname::text AS name FROM pg_class AS c
       JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY c.relname`,
  );
  return rows.map(({ name }) => name);
}

/** Every row of a tenant as text, by table. For tests that say: nothing was written there, or: nothing of it was shown. */
export function contentsOf(db: Database, tenantId: string): Promise<ReadonlyMap<string, readonly string[]>> {
  return db.read(tenantId, async (tx) => {
    const contents = new Map<string, readonly string[]>();
    for (const table of await tenantTables(tx)) {
      const rows = await tx.query<{ row: string }>(`SELECT t::text AS row FROM ${table} AS t WHERE t.tenant_id = $1 ORDER BY 1`, [tenantId]);
      contents.set(table, rows.map(({ row }) => row));
    }
    return contents;
  });
}
