import type { Database } from '@modula/db';
import { groupBy } from '../group-by.ts';

export interface TenantSummary {
  readonly tenantId: string;
  readonly name: string;
  readonly status: string;
  readonly branches: number;
  readonly failedOperations: number;
}

export interface TenantPage {
  readonly tenants: readonly TenantSummary[];
  /** Names the last row; null at the end. */
  readonly next: { readonly name: string; readonly tenantId: string } | null;
}

/** The tenants by name. One snapshot over all of them, under the role that may only read. Failed ones are counted by operation_failed. */
export async function listTenants(
  db: Database,
  { search = '', after = null, limit = 100 }: { readonly search?: string; readonly after?: TenantPage['next']; readonly limit?: number },
): Promise<TenantPage> {
  return db.support(async (tx) => {
    const rows = await tx.query<{ tenantId: string; name: string; status: string }>(
      `SELECT tenant_id AS "tenantId", name, status FROM tenant
        WHERE strpos(lower(name), lower($1)) > 0 AND ($2::text IS NULL OR (name, tenant_id) > ($2::text, $3::uuid))
        ORDER BY name, tenant_id LIMIT $4`,
      [search, after?.name ?? null, after?.tenantId ?? null, limit + 1],
    );
    const page = rows.slice(0, limit);
    const tenantIds = page.map((row) => row.tenantId);
    const [branches, failed] = await Promise.all([
      tx.query<{ tenantId: string; count: number }>(
        `SELECT tenant_id AS "tenantId", count(*) AS count FROM branch WHERE tenant_id = ANY($1::uuid[]) GROUP BY tenant_id`,
        [tenantIds],
      ),
      tx.query<{ tenantId: string; count: number }>(
        `SELECT tenant_id AS "tenantId", count(*) AS count FROM operation WHERE tenant_id = ANY($1::uuid[]) AND status = 'FAILED' GROUP BY tenant_id`,
        [tenantIds],
      ),
    ]);
    const branchesOf = groupBy(branches, (row) => row.tenantId);
    const failedOf = groupBy(failed, (row) => row.tenantId);
    const last = page.at(-1);
    return {
      tenants: page.map((row) => ({
        ...row,
        branches: branchesOf.get(row.tenantId)?.[0]?.count ?? 0,
        failedOperations: failedOf.get(row.tenantId)?.[0]?.count ?? 0,
      })),
      next: rows.length > limit && last !== undefined ? { name: last.name, tenantId: last.tenantId } : null,
    };
  });
}
