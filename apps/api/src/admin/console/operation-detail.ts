import type { Database, Tx } from '@modula/db';
import type { ClientOpId, TenantId } from '@modula/sync-core';
import { RequestError } from '../../engine/request-error.ts';
import type { SupportSession } from '../../engine/session.ts';
import { readAudit, type AuditLine } from './audit-log.ts';
import { maskPayload, parseStored } from './mask.ts';

interface StoredOperation {
  readonly clientOpId: string;
  readonly lane: string;
  readonly deviceId: string | null;
  readonly deviceSeq: number | null;
  readonly type: string;
  readonly version: number;
  readonly branchId: string | null;
  readonly actorId: string;
  readonly payload: string;
  readonly payloadHash: string;
  readonly dependsOn: readonly string[];
  readonly occurredAt: string;
  readonly receivedAt: string;
  readonly streamBranchId: string | null;
  readonly status: string;
  readonly result: string | null;
  readonly streamSeq: number | null;
  readonly failure: string | null;
  readonly amountMinor: number | null;
  readonly amountCurrency: string | null;
  readonly attempt: number;
  readonly decidedAt: string;
}

interface StoredAttempt {
  readonly kind: string;
  readonly attempt: number | null;
  readonly deviceId: string | null;
  readonly envelope: string;
  readonly outcome: string;
  readonly requestedBy: string | null;
  readonly reason: string | null;
  readonly attemptedAt: string;
  readonly lastAttemptedAt: string;
  readonly times: number;
}

export interface OperationDetail {
  readonly operation: Omit<StoredOperation, 'payload' | 'result' | 'failure'> & {
    readonly payload: unknown;
    readonly result: unknown;
    readonly failure: unknown;
  };
  /** Earlier outcomes, refused reuses and refused envelopes under this id (A5). */
  readonly attempts: readonly (Omit<StoredAttempt, 'envelope' | 'outcome'> & { readonly envelope: unknown; readonly outcome: unknown })[];
  /** What it changed, as far as the feed still holds it. */
  readonly effects: readonly Effect[];
  readonly dependents: readonly Dependent[];
  readonly audit: readonly AuditLine[];
}

export interface Effect {
  readonly seq: number;
  readonly entityKind: string;
  readonly entityId: string;
  readonly opKind: string;
}

export interface Dependent {
  readonly clientOpId: string;
  readonly type: string;
  readonly status: string;
  readonly code: string | null;
}

/** An operation's changes end at its streamSeq; so many seqs before it are looked through for its own. */
const EFFECTS_REACH = 1_000;

/** Everything that is known about one operation, in one snapshot. */
export async function readOperation(
  db: Database,
  tenantId: TenantId,
  { clientOpId, session }: { readonly clientOpId: ClientOpId; readonly session: SupportSession },
): Promise<OperationDetail> {
  return db.read(tenantId, async (tx) => {
    const [stored, attempts] = await Promise.all([readStored(tx, tenantId, clientOpId), readAttempts(tx, tenantId, clientOpId)]);
    if (stored === null) throw new RequestError('NOT_FOUND', 'There is no such operation in this tenant.');
    const [effects, dependents, audit] = await Promise.all([
      readEffects(tx, tenantId, stored),
      readDependents(tx, tenantId, stored),
      readAudit(tx, tenantId, { clientOpId, decidedAt: stored.decidedAt }),
    ]);
    const mayRead = session.role !== 'VIEWER';
    return {
      operation: {
        ...stored,
        payload: maskPayload(session, stored.payload),
        result: mayRead ? parseStored(stored.result) : null,
        failure: parseStored(stored.failure),
      },
      attempts: attempts.map((attempt) => ({ ...attempt, envelope: maskPayload(session, attempt.envelope), outcome: parseStored(attempt.outcome) })),
      effects,
      dependents,
      audit,
    };
  });
}

async function readStored(tx: Tx, tenantId: TenantId, clientOpId: ClientOpId): Promise<StoredOperation | null> {
  const rows = await tx.query<StoredOperation>(
    `SELECT client_op_id AS "clientOpId", lane, device_id AS "deviceId", device_seq AS "deviceSeq", type, version, branch_id AS "branchId",
            actor_id AS "actorId", payload, payload_hash AS "payloadHash", depends_on AS "dependsOn", occurred_at AS "occurredAt",
            received_at AS "receivedAt", stream_branch_id AS "streamBranchId", status, result, stream_seq AS "streamSeq", failure,
            amount_minor AS "amountMinor", amount_currency AS "amountCurrency", attempt, decided_at AS "decidedAt"
       FROM operation WHERE tenant_id = $1 AND client_op_id = $2`,
    [tenantId, clientOpId],
  );
  return rows[0] ?? null;
}

function readAttempts(tx: Tx, tenantId: TenantId, clientOpId: ClientOpId): Promise<StoredAttempt[]> {
  return tx.query<StoredAttempt>(
    `SELECT kind, attempt, device_id AS "deviceId", envelope, outcome, requested_by AS "requestedBy", reason,
            attempted_at AS "attemptedAt", last_attempted_at AS "lastAttemptedAt", times
       FROM operation_attempt WHERE tenant_id = $1 AND client_op_id = $2 ORDER BY attempted_at, fingerprint`,
    [tenantId, clientOpId],
  );
}

/** Plan: the feed's primary key, a short range before the operation's streamSeq. */
async function readEffects(tx: Tx, tenantId: TenantId, stored: StoredOperation): Promise<Effect[]> {
  if (stored.streamSeq === null || stored.streamBranchId === null) return [];
  return tx.query<Effect>(
    `SELECT f.seq, f.entity_kind AS "entityKind", coalesce(f.entity_id, c.entity_id) AS "entityId", coalesce(f.op_kind, c.op_kind) AS "opKind"
       FROM feed_entry AS f
       LEFT JOIN shared_change AS c ON c.tenant_id = $1 AND c.shared_seq = f.shared_seq
      WHERE f.tenant_id = $1 AND f.branch_id = $2 AND f.seq <= $3 AND f.seq > $3 - $4::bigint
        AND coalesce(f.client_op_id, c.client_op_id) = $5
      ORDER BY f.seq`,
    [tenantId, stored.streamBranchId, stored.streamSeq, EFFECTS_REACH, stored.clientOpId],
  );
}

/** Who names it: later operations of its device, by operation_device, and failed ones of any device, by operation_failed. */
function readDependents(tx: Tx, tenantId: TenantId, stored: StoredOperation): Promise<Dependent[]> {
  return tx.query<Dependent>(
    `SELECT client_op_id AS "clientOpId", type, status, failure_code AS code FROM operation
      WHERE tenant_id = $1 AND $2::uuid = ANY (depends_on)
        AND ((device_id = $3::uuid AND device_seq > $4::bigint) OR status = 'FAILED')
      ORDER BY decided_at, device_seq LIMIT 200`,
    [tenantId, stored.clientOpId, stored.deviceId, stored.deviceSeq],
  );
}
