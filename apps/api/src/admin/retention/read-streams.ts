import type { Tx } from '@modula/db';
import type { BranchId, TenantId } from '@modula/sync-core';
import { groupBy } from '../group-by.ts';
import type { Acknowledged, StreamFacts, StreamMark } from './choose-horizon.ts';

/**
 * A mark carries the midnight its day began with and was written at some time of that day. Counted from the day's end,
 * nothing seems older than it is.
 */
const DAY_MS = 86_400_000;

export interface StreamToRetain extends Omit<StreamFacts, 'nowMs'> {
  readonly branchId: BranchId;
}

/** Every stream of a tenant with its marks and what its devices acknowledged: three statements however many streams. */
export async function readStreams(tx: Tx, tenantId: TenantId): Promise<StreamToRetain[]> {
  const [streams, marks, checkpoints] = await Promise.all([
    tx.query<{ branchId: BranchId; headSeq: number; horizonSeq: number }>(
      `SELECT branch_id AS "branchId", head_seq AS "headSeq", horizon_seq AS "horizonSeq" FROM branch_stream WHERE tenant_id = $1 ORDER BY branch_id`,
      [tenantId],
    ),
    tx.query<{ branchId: BranchId; markedAt: string; headSeq: number }>(
      `SELECT branch_id AS "branchId", marked_at AS "markedAt", head_seq AS "headSeq" FROM stream_mark WHERE tenant_id = $1`,
      [tenantId],
    ),
    // A cursor of an earlier epoch will be reset anyway, and a revoked device pulls no more: neither holds anything back.
    tx.query<{ branchId: BranchId; seq: number; presentedAt: string }>(
      `SELECT c.branch_id AS "branchId", c.seq, c.presented_at AS "presentedAt"
         FROM device_checkpoint AS c
         JOIN device AS d ON d.tenant_id = $1 AND d.device_id = c.device_id AND d.status = 'ACTIVE' AND d.branch_id = c.branch_id
         JOIN branch_stream AS s ON s.tenant_id = $1 AND s.branch_id = c.branch_id AND s.epoch = c.epoch
        WHERE c.tenant_id = $1`,
      [tenantId],
    ),
  ]);
  const marksOf = groupBy(marks, (mark) => mark.branchId);
  const checkpointsOf = groupBy(checkpoints, (checkpoint) => checkpoint.branchId);
  return streams.map((stream) => ({
    ...stream,
    marks: (marksOf.get(stream.branchId) ?? []).map(
      (mark): StreamMark => ({ markedAtMs: Date.parse(mark.markedAt) + DAY_MS, headSeq: mark.headSeq }),
    ),
    checkpoints: (checkpointsOf.get(stream.branchId) ?? []).map(
      (checkpoint): Acknowledged => ({ seq: checkpoint.seq, presentedAtMs: Date.parse(checkpoint.presentedAt) }),
    ),
  }));
}
