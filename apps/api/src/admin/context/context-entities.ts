import type { Tx } from '@modula/db';
import { permissionsOf, type ActorId, type BranchId, type JsonObject, type Role, type TenantId } from '@modula/sync-core';

/** A context entity as a till shall hold it. */
export interface ContextEntity {
  readonly entityId: string;
  readonly payload: JsonObject;
}

export async function tenantContext(tx: Tx, tenantId: TenantId): Promise<ContextEntity> {
  const rows = await tx.query<{ name: string; status: string }>(`SELECT name, status FROM tenant WHERE tenant_id = $1`, [tenantId]);
  const row = rows[0];
  if (row === undefined) throw new Error(`tenant ${tenantId} vanished under its lock`);
  return { entityId: tenantId, payload: { tenantId, name: row.name, status: row.status } };
}

export async function branchContexts(
  tx: Tx,
  tenantId: TenantId,
  branchIds: readonly BranchId[],
): Promise<Map<BranchId, { readonly status: string; readonly entity: ContextEntity }>> {
  const rows = await tx.query<{ branchId: BranchId; name: string; status: string }>(
    `SELECT branch_id AS "branchId", name, status FROM branch WHERE tenant_id = $1 AND branch_id = ANY($2::uuid[]) ORDER BY branch_id`,
    [tenantId, branchIds],
  );
  return new Map(
    rows.map(({ branchId, name, status }) => [
      branchId,
      { status, entity: { entityId: branchId, payload: { branchId, name, status } } },
    ]),
  );
}

/**
 * Who may work in each branch: its members, and the tenant's owners. A revoked actor may work nowhere.
 * `branchIds` of an owner names the stream's own branch only: a list of all of them in every stream would grow with
 * the square of the branches.
 */
export async function actorContexts(tx: Tx, tenantId: TenantId, branchIds: readonly BranchId[]): Promise<Map<BranchId, ContextEntity[]>> {
  const rows = await tx.query<{ actorId: ActorId; name: string; role: Role; status: string; branchIds: BranchId[] }>(
    `SELECT a.actor_id AS "actorId", a.name, a.role, a.status,
            ARRAY(SELECT b.branch_id FROM actor_branch AS b WHERE b.tenant_id = $1 AND b.actor_id = a.actor_id ORDER BY b.branch_id) AS "branchIds"
       FROM actor AS a
      WHERE a.tenant_id = $1 AND a.status = 'ACTIVE'
        AND (a.role = 'OWNER' OR EXISTS (
              SELECT 1 FROM actor_branch AS m WHERE m.tenant_id = $1 AND m.actor_id = a.actor_id AND m.branch_id = ANY($2::uuid[])))
      ORDER BY a.actor_id`,
    [tenantId, branchIds],
  );
  const byBranch = new Map<BranchId, ContextEntity[]>(branchIds.map((branchId) => [branchId, []]));
  for (const { actorId, name, role, status, branchIds: memberOf } of rows) {
    const permissions = [...permissionsOf(role)].toSorted();
    for (const branchId of role === 'OWNER' ? branchIds : memberOf) {
      const payload = { actorId, name, role, status, permissions, branchIds: role === 'OWNER' ? [branchId] : memberOf };
      byBranch.get(branchId)?.push({ entityId: actorId, payload });
    }
  }
  return byBranch;
}
