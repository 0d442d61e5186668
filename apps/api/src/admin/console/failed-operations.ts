import type { Database } from '@modula/db';
import type { TenantId } from '@modula/sync-core';
import { parseStored } from './mask.ts';

export interface FailedOperation {
  readonly clientOpId: string;
  readonly type: string;
  readonly lane: string;
  readonly branchId: string | null;
  readonly deviceId: string | null;
  readonly deviceSeq: number | null;
  readonly actorId: string;
  readonly occurredAt: string;
  readonly decidedAt: string;
  readonly attempt: number;
  readonly code: string;
  readonly failure: unknown;
  /** Money at risk. */
  readonly amountMinor: number | null;
  readonly amountCurrency: string | null;
  readonly payloadHash: string;
}

export interface FailedFilter {
  readonly code?: string | null;
  readonly branchId?: string | null;
  readonly deviceId?: string | null;
  readonly after?: FailedPage['next'];
  readonly limit?: number;
}

export interface FailedPage {
  readonly operations: readonly FailedOperation[];
  readonly next: { readonly decidedAt: string; readonly clientOpId: string } | null;
}

/** Failed operations, newest first. Served by operation_failed; the filters are checked on its rows. */
export async function listFailedOperations(db: Database, tenantId: TenantId, filter: FailedFilter): Promise<FailedPage> {
  const limit = filter.limit ?? 50;
  const rows = await db.read(tenantId, (tx) =>
    tx.query<Omit<FailedOperation, 'failure'> & { failure: string | null }>(
      `SELECT client_op_id AS "clientOpId", type, lane, branch_id AS "branchId", device_id AS "deviceId", device_seq AS "deviceSeq",
              actor_id AS "actorId", occurred_at AS "occurredAt", decided_at AS "decidedAt", attempt, failure_code AS code, failure,
              amount_minor AS "amountMinor", amount_currency AS "amountCurrency", payload_hash AS "payloadHash"
         FROM operation
        WHERE tenant_id = $1 AND status = 'FAILED'
          AND ($2::text IS NULL OR failure_code = $2) AND ($3::uuid IS NULL OR branch_id = $3) AND ($4::uuid IS NULL OR device_id = $4)
          AND ($5::text IS NULL OR decided_at < $5::text::timestamptz OR (decided_at = $5::text::timestamptz AND client_op_id > $6::uuid))
        ORDER BY decided_at DESC, client_op_id LIMIT $7`,
      [
        tenantId,
        filter.code ?? null,
        filter.branchId ?? null,
        filter.deviceId ?? null,
        filter.after?.decidedAt ?? null,
        filter.after?.clientOpId ?? null,
        limit + 1,
      ],
    ),
  );
  const operations = rows.slice(0, limit).map((row) => ({ ...row, failure: parseStored(row.failure) }));
  const last = operations.at(-1);
  return { operations, next: rows.length > limit && last !== undefined ? { decidedAt: last.decidedAt, clientOpId: last.clientOpId } : null };
}
