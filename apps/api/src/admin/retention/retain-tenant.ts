import type { Database } from '@modula/db';
import { ENTITY_KINDS, type BranchId, type TenantId } from '@modula/sync-core';
import { chooseHorizon, RETENTION_RULES, type RetentionRules } from './choose-horizon.ts';
import { readStreams } from './read-streams.ts';
import { sweepSharedChanges, sweepStream, type Swept } from './sweep.ts';

export interface Retained {
  readonly horizonsMoved: number;
  readonly entriesDeleted: number;
  readonly sharedDeleted: number;
}

const SHARED_KINDS = ENTITY_KINDS.filter((entry) => entry.scope === 'tenant').map((entry) => entry.kind as string);

/**
 * Moves the horizons of a tenant's streams and then removes what they passed. First the horizon, committed, and only then
 * the rows: a reader sees either the old horizon with all rows, or the new one. Safe when two nodes do it at once.
 */
export async function retainTenant(
  db: Database,
  tenantId: TenantId,
  { nowMs, rules = RETENTION_RULES }: { readonly nowMs: number; readonly rules?: RetentionRules },
): Promise<Retained> {
  const { streams, sharedHeadSeq } = await db.read(tenantId, async (tx) => {
    const [read, tenants] = await Promise.all([
      readStreams(tx, tenantId),
      tx.query<{ sharedHeadSeq: number }>(`SELECT shared_head_seq AS "sharedHeadSeq" FROM tenant WHERE tenant_id = $1`, [tenantId]),
    ]);
    return { streams: read, sharedHeadSeq: tenants[0]?.sharedHeadSeq ?? 0 };
  });
  const swept: Swept[] = [];
  let horizonsMoved = 0;
  let entriesDeleted = 0;
  for (const stream of streams) {
    const horizonSeq = chooseHorizon({ ...stream, nowMs }, rules);
    if (horizonSeq > stream.horizonSeq && (await moveHorizon(db, tenantId, { branchId: stream.branchId, horizonSeq }))) horizonsMoved += 1;
    // Below a horizon that stands still, entries die too, when a later one replaces them.
    if (horizonSeq > 0) entriesDeleted += await sweepStream(db, tenantId, { branchId: stream.branchId, horizonSeq });
    swept.push({ branchId: stream.branchId, horizonSeq });
  }
  const sharedDeleted = sharedHeadSeq === 0 ? 0 : await sweepSharedChanges(db, tenantId, { sharedHeadSeq, swept, kinds: SHARED_KINDS });
  return { horizonsMoved, entriesDeleted, sharedDeleted };
}

/** Lock: the stream row, for one statement. A horizon only moves forward, and never past the head. */
async function moveHorizon(
  db: Database,
  tenantId: TenantId,
  { branchId, horizonSeq }: { readonly branchId: BranchId; readonly horizonSeq: number },
): Promise<boolean> {
  const count = await db.transaction(tenantId, (tx) =>
    tx.execute(
      `UPDATE branch_stream SET horizon_seq = $3 WHERE tenant_id = $1 AND branch_id = $2 AND horizon_seq < $3 AND head_seq >= $3`,
      [tenantId, branchId, horizonSeq],
    ),
  );
  return count === 1;
}
