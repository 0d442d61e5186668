import type { Tx } from '@modula/db';
import type { BranchId, TenantId } from '@modula/sync-core';

/** The latest feed entry of one context entity. */
export interface LiveContext {
  readonly entityKind: string;
  readonly opKind: 'UPSERT' | 'TOMBSTONE';
  readonly payload: string | null;
}

/** What each stream holds of context.branch and context.actor, by entity id. Served by feed_entry_live_entity. */
export async function liveBranchContext(
  tx: Tx,
  tenantId: TenantId,
  branchIds: readonly BranchId[],
): Promise<Map<BranchId, Map<string, LiveContext>>> {
  const rows = await tx.query<LiveContext & { branchId: BranchId; entityId: string }>(
    `SELECT branch_id AS "branchId", entity_kind AS "entityKind", entity_id AS "entityId", op_kind AS "opKind", payload
       FROM feed_entry
      WHERE tenant_id = $1 AND branch_id = ANY($2::uuid[]) AND entity_kind IN ('context.branch', 'context.actor')
        AND replaced_by_seq IS NULL AND shared_seq IS NULL`,
    [tenantId, branchIds],
  );
  const byBranch = new Map<BranchId, Map<string, LiveContext>>();
  for (const row of rows) {
    const held = byBranch.get(row.branchId) ?? new Map<string, LiveContext>();
    // Ids of branches and of actors are UUIDs of one space, so one map holds both kinds.
    held.set(row.entityId, row);
    byBranch.set(row.branchId, held);
  }
  return byBranch;
}

/** What the tenant's streams hold of context.tenant. */
export async function liveTenantContext(tx: Tx, tenantId: TenantId): Promise<LiveContext | null> {
  const rows = await tx.query<LiveContext>(
    `SELECT entity_kind AS "entityKind", op_kind AS "opKind", payload FROM shared_change
      WHERE tenant_id = $1 AND entity_kind = 'context.tenant' AND entity_id = $2 AND replaced_by_seq IS NULL`,
    [tenantId, tenantId],
  );
  return rows[0] ?? null;
}
