import type { Tx } from '@modula/db';
import type { BranchId, TenantId } from '@modula/sync-core';
import { lockTenant } from './lock-streams.ts';

/**
 * Gives a new or un-archived branch every tenant-wide entity it does not hold yet (F2): what came after the last
 * shared change its stream knows and is still the latest of its entity. Tombstones come too, for what it held before.
 * Lock: the tenant row, then this stream's row. Call it before other appends to this stream in the transaction.
 */
export async function seedStream(tx: Tx, tenantId: TenantId, branchId: BranchId): Promise<void> {
  await Promise.all([
    lockTenant(tx, tenantId),
    tx.query(`SELECT head_seq FROM branch_stream WHERE tenant_id = $1 AND branch_id = $2 FOR NO KEY UPDATE`, [tenantId, branchId]),
    tx.execute(
      `WITH stream AS MATERIALIZED (
         SELECT head_seq, shared_through_seq FROM branch_stream WHERE tenant_id = $1 AND branch_id = $2
       ), missing AS MATERIALIZED (
         SELECT c.shared_seq, c.entity_kind, row_number() OVER (ORDER BY c.shared_seq) AS place
           FROM shared_change AS c, stream
          WHERE c.tenant_id = $1 AND c.replaced_by_seq IS NULL AND c.shared_seq > stream.shared_through_seq
            AND (c.op_kind = 'UPSERT' OR stream.shared_through_seq > 0)
       ), inserted AS (
         INSERT INTO feed_entry (tenant_id, branch_id, seq, entity_kind, shared_seq)
         SELECT $1::uuid, $2::uuid, stream.head_seq + missing.place, missing.entity_kind, missing.shared_seq FROM missing, stream
       )
       UPDATE branch_stream AS s
          SET head_seq = s.head_seq + (SELECT count(*) FROM missing), shared_through_seq = t.shared_head_seq
         FROM tenant AS t
        WHERE s.tenant_id = $1 AND s.branch_id = $2 AND t.tenant_id = $1`,
      [tenantId, branchId],
    ),
  ]);
}
