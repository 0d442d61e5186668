import type { Tx } from '@modula/db';
import type { Settlement } from './answers.ts';
import type { Candidate } from './candidate.ts';
import type { SettleInput } from './settle.ts';

/**
 * The gate's row, and the audit row of an applied operation (M5), from one reading of the same text. Plain INSERTs on
 * purpose: when another node settled the id first, 23505 undoes this whole chunk, and the next try finds the outcome and
 * repeats it (G1). The audit row's id is the operation's, so the database refuses a second one. A failure that webhooks shall
 * hear of is marked only: it leaves nothing but its outcome (G5).
 */
export function insertOutcomes(tx: Tx, input: SettleInput, settlements: readonly Settlement[]): void {
  const rows = settlements.filter(({ verdict }) => !verdict.candidate.retry).map((settlement) => outcomeRow(settlement));
  if (rows.length === 0) return;
  tx.send(
    `WITH r AS MATERIALIZED (
       SELECT "clientOpId", lane, "deviceId", "deviceSeq", type, version, "branchId", "actorId", payload, "payloadHash", "dependsOn",
              "occurredAt", status, result, "streamSeq", failure, "failureCode", "amountMinor", "amountCurrency"
         FROM json_to_recordset($2::text::json) AS r (
           "clientOpId" uuid, lane text, "deviceId" uuid, "deviceSeq" bigint, type text, version integer, "branchId" uuid, "actorId" uuid,
           payload text, "payloadHash" text, "dependsOn" uuid[], "occurredAt" timestamptz, status text, result text, "streamSeq" bigint,
           failure text, "failureCode" text, "amountMinor" bigint, "amountCurrency" text)
     ), outcome AS (
       INSERT INTO operation (tenant_id, client_op_id, lane, device_id, device_seq, type, version, branch_id, actor_id, payload, payload_hash,
                              depends_on, occurred_at, received_at, stream_branch_id, status, result, stream_seq, failure, failure_code,
                              amount_minor, amount_currency, decided_at, announce)
       SELECT $1::uuid, "clientOpId", lane, "deviceId", "deviceSeq", type, version, "branchId", "actorId", payload, "payloadHash",
              "dependsOn", "occurredAt", $3::timestamptz, $4::uuid, status, result, "streamSeq", failure, "failureCode",
              "amountMinor", "amountCurrency", $3::timestamptz, status = 'FAILED' AND $5::boolean FROM r
     )
     INSERT INTO audit_entry (tenant_id, audit_id, action, client_op_id, lane, branch_id, device_id, actor_id, captured_at, applied_at)
     SELECT $1::uuid, "clientOpId", type, "clientOpId", lane, coalesce("branchId", $4::uuid), "deviceId", "actorId", "occurredAt", $3::timestamptz
       FROM r WHERE status = 'SYNCED'`,
    [input.tenantId, JSON.stringify(rows), input.now, input.branchId, input.webhookIds.length > 0],
  );
}

/** An outcome's own columns, as texts (design decision 19). */
function outcomeRow({ verdict, result, failure, streamSeq }: Settlement) {
  const { operation, lane, payloadText, payloadHash } = verdict.candidate;
  const amount = amountOf(verdict.candidate);
  return {
    clientOpId: operation.clientOpId,
    lane,
    deviceId: operation.deviceId,
    deviceSeq: operation.deviceSeq,
    type: operation.type,
    version: operation.version,
    branchId: operation.branchId,
    actorId: operation.actorId,
    payload: payloadText,
    payloadHash,
    dependsOn: operation.dependsOn,
    occurredAt: operation.occurredAt,
    status: verdict.kind === 'applied' ? 'SYNCED' : 'FAILED',
    result: result === null ? null : JSON.stringify(result),
    streamSeq,
    failure: failure === null ? null : JSON.stringify(failure),
    failureCode: failure?.code ?? null,
    amountMinor: amount?.amountMinor ?? null,
    amountCurrency: amount?.currency ?? null,
  };
}

/** The money at stake, so that failures can be summed (design decision 16). */
function amountOf({ registered, parsed }: Candidate) {
  if (parsed?.kind !== 'ok') return null;
  return registered?.contract.amount?.(parsed.payload) ?? null;
}
