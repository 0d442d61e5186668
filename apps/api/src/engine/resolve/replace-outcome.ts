import type { Tx } from '@modula/db';
import { sha256Hex, type ClientOpId, type Failure, type JsonObject, type JsonValue, type TenantId } from '@modula/sync-core';
import type { PersonalAct } from '../engine.ts';
import { upsert, type EntityChange } from '../plug.ts';
import type { StoredOperation } from '../push/stored-operation.ts';

export interface NewOutcome {
  readonly status: 'SYNCED' | 'FAILED';
  readonly result: JsonValue | null;
  readonly streamSeq: number | null;
  readonly failure: Failure | null;
}

export interface Replacement {
  readonly before: StoredOperation;
  readonly outcome: NewOutcome;
  readonly act: PersonalAct & { readonly action: 'operation.retry' | 'operation.waive'; readonly auditId: string };
  /** Webhooks hear of a failure; an applied operation writes its own events. */
  readonly announce: boolean;
  readonly now: string;
}

/**
 * Puts a new outcome in the place of a failed one (A5): the old one becomes an attempt, the act is audited. Needs the
 * lock of the operation's stream. Nothing is deleted. A failure that still waits to be announced is announced as it is now.
 */
export function replaceOutcome(tx: Tx, tenantId: TenantId, { before, outcome, act, announce, now }: Replacement): void {
  const { clientOpId, attempt } = before;
  // As an array: on a table without statistics `= $2` looks as cheap by another index that begins with the tenant.
  const named = [clientOpId];
  const old = JSON.stringify({ status: before.status, result: before.result, streamSeq: before.streamSeq, failure: before.failure });
  tx.send(
    `INSERT INTO operation_attempt (tenant_id, client_op_id, fingerprint, kind, attempt, envelope, outcome, requested_by, reason,
                                    attempted_at, last_attempted_at)
     SELECT o.tenant_id, o.client_op_id, $3, 'REPLACED', o.attempt, '{}', $4, $5, $6, o.decided_at, o.decided_at
       FROM operation AS o WHERE o.tenant_id = $1 AND o.client_op_id = ANY($2::uuid[])`,
    [tenantId, named, sha256Hex(`attempt ${attempt}`), old, act.operator, act.reason],
  );
  tx.send(
    `UPDATE operation SET status = $3, result = $4, stream_seq = $5, failure = $6, failure_code = $7, attempt = attempt + 1,
                          decided_at = $8::timestamptz, announce = $3 = 'FAILED' AND (announce OR $9::boolean)
      WHERE tenant_id = $1 AND client_op_id = ANY($2::uuid[])`,
    [
      tenantId,
      named,
      outcome.status,
      outcome.result === null ? null : JSON.stringify(outcome.result),
      outcome.streamSeq,
      outcome.failure === null ? null : JSON.stringify(outcome.failure),
      outcome.failure?.code ?? null,
      now,
      announce,
    ],
  );
  tx.send(
    `INSERT INTO audit_entry (tenant_id, audit_id, action, client_op_id, branch_id, device_id, actor_id, operator, reason, details, applied_at)
     SELECT o.tenant_id, $3::uuid, $4, o.client_op_id, o.stream_branch_id, o.device_id, o.actor_id, $5, $6, $7, $8::timestamptz
       FROM operation AS o WHERE o.tenant_id = $1 AND o.client_op_id = ANY($2::uuid[])`,
    [tenantId, named, act.auditId, act.action, act.operator, act.reason, JSON.stringify({ before: before.failure?.code ?? null, after: outcome.failure?.code ?? null, status: outcome.status }), now],
  );
}

/** How the device learns of it: `sync.operation` in the branch's stream. */
export function resolutionChange(clientOpId: ClientOpId, { before, outcome, act, now }: Replacement): EntityChange {
  const payload: JsonObject = {
    clientOpId,
    type: before.type,
    status: outcome.status,
    resolution: act.action === 'operation.retry' ? 'RETRIED' : 'WAIVED',
    result: outcome.result,
    streamSeq: outcome.streamSeq,
    failure: outcome.failure === null ? null : { ...outcome.failure, evidence: outcome.failure.evidence === null ? null : { ...outcome.failure.evidence } },
    attempt: before.attempt + 1,
    decidedAt: now,
  };
  return upsert('sync.operation', clientOpId, payload);
}
