import type { Tx } from '@modula/db';
import type { TenantPlan } from './plan.ts';

export async function writeTenant(tx: Tx, plan: TenantPlan): Promise<void> {
  const { change, name, status } = plan.tenant;
  if (change === 'create') {
    await tx.execute(`INSERT INTO tenant (tenant_id, name, status) VALUES ($1, $2, $3)`, [plan.tenantId, name, status]);
  }
  if (change === 'update') {
    await tx.execute(`UPDATE tenant SET name = $2, status = $3 WHERE tenant_id = $1`, [plan.tenantId, name, status]);
  }
}

/** New branches with their streams, and changed names and statuses: three statements however many. */
export async function writeBranches(tx: Tx, plan: TenantPlan): Promise<void> {
  const created = plan.branches.filter((entry) => entry.change === 'create').map((entry) => entry.after);
  const updated = plan.branches.filter((entry) => entry.change === 'update').map((entry) => entry.after);
  const sent: Promise<unknown>[] = [];
  if (created.length > 0) {
    const rows = JSON.stringify(created);
    sent.push(
      tx.execute(
        `INSERT INTO branch (tenant_id, branch_id, name, status)
         SELECT $1::uuid, r."branchId", r.name, r.status FROM json_to_recordset($2::text::json) AS r ("branchId" uuid, name text, status text)`,
        [plan.tenantId, rows],
      ),
      tx.execute(
        `INSERT INTO branch_stream (tenant_id, branch_id)
         SELECT $1::uuid, r."branchId" FROM json_to_recordset($2::text::json) AS r ("branchId" uuid)`,
        [plan.tenantId, rows],
      ),
    );
  }
  if (updated.length > 0) {
    sent.push(
      tx.execute(
        `UPDATE branch AS b SET name = r.name, status = r.status
           FROM json_to_recordset($2::text::json) AS r ("branchId" uuid, name text, status text)
          WHERE b.tenant_id = $1 AND b.branch_id = r."branchId"`,
        [plan.tenantId, JSON.stringify(updated)],
      ),
    );
  }
  await Promise.all(sent);
}
