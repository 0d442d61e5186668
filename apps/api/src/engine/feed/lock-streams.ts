import type { Tx } from '@modula/db';
import type { BranchId, TenantId } from '@modula/sync-core';
import type { FeedTarget } from './feed-writer.ts';

export interface LockedStream {
  readonly branchId: BranchId;
  readonly headSeq: number;
}

/**
 * Lock: the tenant row, before any device or stream row. Tenant-wide writers and the birth of a branch meet here,
 * so a new branch can neither miss a change of the catalogue nor get it twice (F2).
 */
export async function lockTenant(tx: Tx, tenantId: TenantId): Promise<{ readonly sharedHead: number }> {
  const [row] = await tx.query<{ sharedHead: number }>(
    `SELECT shared_head_seq AS "sharedHead" FROM tenant WHERE tenant_id = $1 FOR NO KEY UPDATE`,
    [tenantId],
  );
  // A tenant that this transaction is about to make has no row to lock yet, and no changes.
  return row ?? { sharedHead: 0 };
}

/**
 * Lock: stream rows in branch order, after device rows and before everything else (decision D1). One SELECT … ORDER BY …
 * FOR UPDATE, because an UPDATE locks in no particular order. Holding the row is being the branch's only writer.
 */
export async function lockStreams(tx: Tx, tenantId: TenantId, target: FeedTarget): Promise<readonly LockedStream[]> {
  if (target.kind === 'branches') {
    return tx.query<LockedStream>(
      `SELECT branch_id AS "branchId", head_seq AS "headSeq" FROM branch_stream
        WHERE tenant_id = $1 AND branch_id = ANY($2::uuid[]) ORDER BY branch_id FOR NO KEY UPDATE`,
      [tenantId, target.branchIds],
    );
  }
  // All streams are locked, archived ones too, but only the origin's head is worth a row on the wire.
  return tx.query<LockedStream>(
    `WITH locked AS MATERIALIZED (
       SELECT branch_id, head_seq FROM branch_stream WHERE tenant_id = $1 ORDER BY branch_id FOR NO KEY UPDATE
     ), counted AS (SELECT count(*) AS streams FROM locked)
     SELECT locked.branch_id AS "branchId", locked.head_seq AS "headSeq"
       FROM counted JOIN locked ON counted.streams > 0 AND locked.branch_id = $2::uuid`,
    [tenantId, target.originBranchId],
  );
}
