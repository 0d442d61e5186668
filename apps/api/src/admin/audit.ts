import type { JsonObject, TenantId } from '@modula/sync-core';
import type { Tx } from '@modula/db';

/** What a person, or the administration in a person's name, did (M5, A5). */
export interface AuditRecord {
  readonly auditId: string;
  readonly action: string;
  readonly branchId: string | null;
  readonly deviceId: string | null;
  readonly actorId: string | null;
  readonly operator: string;
  readonly reason: string | null;
  readonly details: JsonObject | null;
}

/** Inserts audit rows in one statement, in the transaction of what they tell. */
export async function insertAudit(
  tx: Tx,
  tenantId: TenantId,
  records: { readonly at: string; readonly rows: readonly AuditRecord[] },
): Promise<void> {
  if (records.rows.length === 0) return;
  const rows = records.rows.map((row) => ({ ...row, details: row.details === null ? null : JSON.stringify(row.details) }));
  await tx.execute(
    `INSERT INTO audit_entry (tenant_id, audit_id, action, branch_id, device_id, actor_id, operator, reason, details, applied_at)
     SELECT $1::uuid, r."auditId", r.action, r."branchId", r."deviceId", r."actorId", r.operator, r.reason, r.details, $3::text::timestamptz
     FROM json_to_recordset($2::text::json) AS r
       ("auditId" uuid, action text, "branchId" uuid, "deviceId" uuid, "actorId" uuid, operator text, reason text, details text)`,
    [tenantId, JSON.stringify(rows), records.at],
  );
}
