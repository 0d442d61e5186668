import type { Database } from '@modula/db';
import type { BranchId, TenantId } from '@modula/sync-core';
import { lockStreams } from '../../engine/feed/lock-streams.ts';
import { insertAudit } from '../audit.ts';
import type { Act, AdminPorts } from '../ports.ts';

export interface MovedEpoch {
  readonly branchId: BranchId;
  readonly epoch: number;
}

/**
 * Moves the epoch of streams: every cursor of them is reset (STREAM_RESET, P3) and devices pull from the beginning. To be
 * done after a database was restored to an earlier state, since devices may hold changes the database no longer has.
 * Locks: the stream rows, sorted. Answers the streams that moved; ids that are no branch of the tenant move nothing.
 */
export async function moveEpoch(
  db: Database,
  tenantId: TenantId,
  request: Act & { readonly branches: readonly BranchId[] | 'all' },
  ports: AdminPorts,
): Promise<readonly MovedEpoch[]> {
  const isAll = request.branches === 'all';
  const branchIds = request.branches === 'all' ? [] : request.branches;
  const moved = await db.transaction(tenantId, async (tx) => {
    await lockStreams(tx, tenantId, isAll ? { kind: 'tenant', originBranchId: null } : { kind: 'branches', branchIds });
    const streams = await tx.query<MovedEpoch & { head: number }>(
      `UPDATE branch_stream SET epoch = epoch + 1
        WHERE tenant_id = $1 AND ($2::boolean OR branch_id = ANY($3::uuid[]))
        RETURNING branch_id AS "branchId", epoch, head_seq AS head`,
      [tenantId, isAll, branchIds],
    );
    const rows = streams.map(({ branchId, epoch }) => ({
      auditId: ports.randomUuid(),
      action: 'stream.epoch',
      branchId,
      deviceId: null,
      actorId: null,
      operator: request.operator,
      reason: request.reason,
      details: { epoch },
    }));
    await insertAudit(tx, tenantId, { at: ports.now(), rows });
    return streams;
  });
  for (const { branchId, head } of moved) ports.nudges.moved(tenantId, branchId, head);
  return moved.map(({ branchId, epoch }) => ({ branchId, epoch })).toSorted((a, b) => (a.branchId < b.branchId ? -1 : 1));
}
