import type { Database } from '@modula/db';
import type { BranchId, DeviceId, TenantId } from '@modula/sync-core';

export interface Checkpoint {
  readonly deviceId: DeviceId;
  readonly branchId: BranchId;
  readonly scopeHash: string;
  readonly scopes: readonly string[];
  readonly epoch: number;
  /** The seq of the cursor that was presented; 0 when there was none (P6). */
  readonly seq: number;
  readonly now: string;
}

/** Keeps how far the device says it is. A wiped device presents nothing and goes back to 0: its checkpoint may move backwards. */
export async function recordCheckpoint(db: Database, tenantId: TenantId, checkpoint: Checkpoint): Promise<void> {
  const { deviceId, branchId, scopeHash, scopes, epoch, seq, now } = checkpoint;
  await db.transaction(tenantId, async (tx) => {
    tx.send(
      `INSERT INTO device_checkpoint (tenant_id, device_id, branch_id, scope_hash, scopes, epoch, seq, presented_at)
       VALUES ($1, $2, $3, $4, $5::text[], $6, $7, $8::timestamptz)
       ON CONFLICT (tenant_id, device_id, branch_id, scope_hash)
       DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq, presented_at = excluded.presented_at`,
      [tenantId, deviceId, branchId, scopeHash, scopes, epoch, seq, now],
    );
  });
}
