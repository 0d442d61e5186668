import type { Tx } from '@modula/db';
import type { Settlement } from './answers.ts';
import type { SettleInput } from './settle.ts';

/**
 * The audit row of an operation that a person ran again and that was applied now (M5). One that is applied at its first
 * try gets its row together with its outcome.
 */
export function auditRetried(tx: Tx, { tenantId, now, branchId }: SettleInput, settlements: readonly Settlement[]): void {
  for (const { verdict } of settlements) {
    const { operation, lane, retry } = verdict.candidate;
    if (verdict.kind !== 'applied' || !retry) continue;
    const { clientOpId, type, deviceId, actorId, occurredAt } = operation;
    tx.send(
      `INSERT INTO audit_entry (tenant_id, audit_id, action, client_op_id, lane, branch_id, device_id, actor_id, captured_at, applied_at)
       VALUES ($1, $2, $3, $2, $4, $5, $6, $7, $8::timestamptz, $9::timestamptz)`,
      [tenantId, clientOpId, type, lane, operation.branchId ?? branchId, deviceId, actorId, occurredAt, now],
    );
  }
}
