import type { Database, Tx } from '@modula/db';
import type { ClientOpId, TenantId } from '@modula/sync-core';
import { parseStored } from './mask.ts';

export interface AuditLine {
  readonly auditId: string;
  readonly action: string;
  readonly clientOpId: string | null;
  readonly lane: string | null;
  readonly branchId: string | null;
  readonly deviceId: string | null;
  readonly actorId: string | null;
  readonly operator: string | null;
  readonly reason: string | null;
  readonly details: unknown;
  readonly capturedAt: string | null;
  readonly appliedAt: string;
}

export interface AuditPage {
  readonly entries: readonly AuditLine[];
  readonly next: { readonly appliedAt: string; readonly auditId: string } | null;
}

const COLUMNS = `audit_id AS "auditId", action, client_op_id AS "clientOpId", lane, branch_id AS "branchId", device_id AS "deviceId",
  actor_id AS "actorId", operator, reason, details, captured_at AS "capturedAt", applied_at AS "appliedAt"`;

/** What happened in a tenant, newest first. `acts`: only what people did, not the operations that were applied. */
export async function listAudit(
  db: Database,
  tenantId: TenantId,
  { acts = false, after = null, limit = 100 }: { readonly acts?: boolean; readonly after?: AuditPage['next']; readonly limit?: number },
): Promise<AuditPage> {
  const rows = await db.read(tenantId, (tx) =>
    tx.query<AuditLine & { details: string | null }>(
      `SELECT ${COLUMNS} FROM audit_entry
        WHERE tenant_id = $1 AND (NOT $2::boolean OR operator IS NOT NULL)
          AND ($3::text IS NULL OR applied_at < $3::text::timestamptz OR (applied_at = $3::text::timestamptz AND audit_id > $4::uuid))
        ORDER BY applied_at DESC, audit_id LIMIT $5`,
      [tenantId, acts, after?.appliedAt ?? null, after?.auditId ?? null, limit + 1],
    ),
  );
  const entries = rows.slice(0, limit).map(line);
  const last = entries.at(-1);
  return { entries, next: rows.length > limit && last !== undefined ? { appliedAt: last.appliedAt, auditId: last.auditId } : null };
}

/** One operation's audit: what people did about it, by audit_entry_act, and its application, which bears the time it was decided at. */
export async function readAudit(
  tx: Tx,
  tenantId: TenantId,
  { clientOpId, decidedAt }: { readonly clientOpId: ClientOpId; readonly decidedAt: string },
): Promise<AuditLine[]> {
  const [acts, applied] = await Promise.all([
    tx.query<AuditLine & { details: string | null }>(
      `SELECT ${COLUMNS} FROM audit_entry WHERE tenant_id = $1 AND client_op_id = $2 AND operator IS NOT NULL`,
      [tenantId, clientOpId],
    ),
    tx.query<AuditLine & { details: string | null }>(
      `SELECT ${COLUMNS} FROM audit_entry
        WHERE tenant_id = $1 AND client_op_id = $2 AND operator IS NULL
          AND applied_at BETWEEN $3::text::timestamptz - interval '1 minute' AND $3::text::timestamptz + interval '1 minute'`,
      [tenantId, clientOpId, decidedAt],
    ),
  ]);
  return [...acts, ...applied].map(line).toSorted((a, b) => (a.appliedAt < b.appliedAt ? -1 : 1));
}

function line(row: AuditLine & { readonly details: string | null }): AuditLine {
  return { ...row, details: parseStored(row.details) };
}
