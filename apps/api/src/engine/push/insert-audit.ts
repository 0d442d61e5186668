import type { Tx } from '@modula/db';
import type { Settlement } from './answers.ts';
import type { SettleInput } from './settle.ts';

/** One row per applied operation (M5). Its id is the operation's, so the database refuses a second one. */
export function insertAudit(tx: Tx, { tenantId, now, branchId }: SettleInput, settlements: readonly Settlement[]): void {
  const rows = settlements.flatMap(({ verdict }) => {
    if (verdict.kind !== 'applied') return [];
    const { operation, lane } = verdict.candidate;
    const { clientOpId, type, deviceId, actorId, occurredAt } = operation;
    return [{ clientOpId, type, lane, deviceId, actorId, occurredAt, branchId: operation.branchId ?? branchId }];
  });
  if (rows.length === 0) return;
  tx.send(
      `INSERT INTO audit_entry (tenant_id, audit_id, action, client_op_id, lane, branch_id, device_id, actor_id, captured_at, applied_at)
       SELECT $1::uuid, "clientOpId", type, "clientOpId", lane, "branchId", "deviceId", "actorId", "occurredAt", $3::timestamptz
         FROM json_to_recordset($2::text::json)
           AS r ("clientOpId" uuid, type text, lane text, "branchId" uuid, "deviceId" uuid, "actorId" uuid, "occurredAt" timestamptz)`,
      [tenantId, JSON.stringify(rows), now],
  );
}
