import type { Database } from '@modula/db';
import type { BranchId, TenantId } from '@modula/sync-core';

/** Rows per statement: short locks, short transactions, off the write path. */
const SWEEP_ROWS = 500;

/** A stream and how far it was swept. */
export interface Swept {
  readonly branchId: BranchId;
  readonly horizonSeq: number;
}

/**
 * Deletes what a horizon has passed: entries that a later one replaced, and tombstones, whether the stream's own or
 * tenant-wide. A live UPSERT is never deleted (F3). The horizon has been moved and committed before, so no cursor that needs
 * these rows is served any more. Answers how many entries went.
 */
export async function sweepStream(db: Database, tenantId: TenantId, { branchId, horizonSeq }: Swept): Promise<number> {
  let deleted = 0;
  for (let afterSeq: number | null = 0; afterSeq !== null; ) {
    const [slice]: { lastSeq: number | null; deleted: number }[] = await db.transaction(tenantId, (tx) =>
      tx.query<{ lastSeq: number | null; deleted: number }>(
        `WITH slice AS MATERIALIZED (
           SELECT seq, shared_seq, replaced_by_seq, op_kind FROM feed_entry
            WHERE tenant_id = $1 AND branch_id = $2 AND seq > $3 AND seq <= $4 ORDER BY seq LIMIT $5
         ), dead AS (
           SELECT slice.seq FROM slice LEFT JOIN shared_change AS c ON c.tenant_id = $1 AND c.shared_seq = slice.shared_seq
            WHERE CASE WHEN slice.shared_seq IS NULL THEN slice.replaced_by_seq IS NOT NULL OR slice.op_kind = 'TOMBSTONE'
                       ELSE c.replaced_by_seq IS NOT NULL OR c.op_kind = 'TOMBSTONE' END
         ), gone AS (
           DELETE FROM feed_entry AS f USING dead WHERE f.tenant_id = $1 AND f.branch_id = $2 AND f.seq = dead.seq RETURNING f.seq
         )
         SELECT (SELECT max(seq) FROM slice) AS "lastSeq", (SELECT count(*) FROM gone) AS deleted`,
        [tenantId, branchId, afterSeq, horizonSeq, SWEEP_ROWS],
      ),
    );
    deleted += slice?.deleted ?? 0;
    afterSeq = slice?.lastSeq ?? null;
  }
  return deleted;
}

export interface SharedSweep {
  /** The tenant's shared head before the first stream was swept: what died later may still be named below a horizon. */
  readonly sharedHeadSeq: number;
  readonly swept: readonly Swept[];
  /** The shared kinds, whose narrow entries name shared changes. */
  readonly kinds: readonly string[];
}

/**
 * Deletes tenant-wide changes that are replaced or tombstones once no entry names them and every stream, archived ones
 * too, has passed them: an archived branch that comes back still has to learn of a removal (F2).
 */
export async function sweepSharedChanges(db: Database, tenantId: TenantId, sweep: SharedSweep): Promise<number> {
  let deleted = 0;
  for (;;) {
    const count = await db.transaction(tenantId, (tx) =>
      tx.execute(
        `WITH swept AS MATERIALIZED (
           SELECT "branchId" AS branch_id, "horizonSeq" AS horizon_seq
             FROM json_to_recordset($3::text::json) AS r ("branchId" uuid, "horizonSeq" bigint)
         ), passed AS (
           SELECT min(shared_through_seq) AS shared_seq FROM branch_stream WHERE tenant_id = $1
         ), named AS MATERIALIZED (
           SELECT DISTINCT f.shared_seq
             FROM branch_stream AS s
             JOIN feed_entry AS f ON f.tenant_id = $1 AND f.branch_id = s.branch_id AND f.entity_kind = ANY($4::text[]) AND f.replaced_by_seq IS NULL
             LEFT JOIN swept ON swept.branch_id = s.branch_id
            WHERE s.tenant_id = $1 AND f.shared_seq IS NOT NULL AND f.seq > coalesce(swept.horizon_seq, 0)
         ), dead AS (
           SELECT c.shared_seq FROM shared_change AS c, passed
            WHERE c.tenant_id = $1 AND c.shared_seq <= passed.shared_seq
              AND (c.replaced_by_seq <= $2 OR (c.op_kind = 'TOMBSTONE' AND c.shared_seq <= $2))
              AND NOT EXISTS (SELECT 1 FROM named WHERE named.shared_seq = c.shared_seq)
            ORDER BY c.shared_seq LIMIT $5
         )
         DELETE FROM shared_change AS c USING dead WHERE c.tenant_id = $1 AND c.shared_seq = dead.shared_seq`,
        [tenantId, sweep.sharedHeadSeq, JSON.stringify(sweep.swept), sweep.kinds, SWEEP_ROWS],
      ),
    );
    deleted += count;
    if (count < SWEEP_ROWS) return deleted;
  }
}
