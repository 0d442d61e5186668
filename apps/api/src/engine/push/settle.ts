import type { Tx } from '@modula/db';
import { failureInfo, sha256Hex, type BranchId, type Failure, type JsonValue, type OperationResult, type TenantId } from '@modula/sync-core';
import type { DeviceFact } from './facts.ts';
import type { Judge } from './judge.ts';
import { answerOf, type StoredOperation } from './stored-operation.ts';
import type { Candidate } from './candidate.ts';
import type { EvidenceFacts, PendingFailure, SettledVerdict, Verdict } from './verdict.ts';

export interface SettleInput {
  readonly tenantId: TenantId;
  readonly branchId: BranchId | null;
  readonly now: string;
  readonly verdicts: readonly Verdict[];
  readonly evidence: EvidenceFacts;
  readonly judge: Judge;
  readonly devices: ReadonlyMap<string, DeviceFact>;
  readonly webhookIds: readonly string[];
  readonly randomUuid: () => string;
}

/** An outcome as it is answered and stored: the same object, so that a repeat is the same field for field (G2). */
export interface Settlement {
  readonly verdict: SettledVerdict;
  readonly result: JsonValue | null;
  readonly failure: Failure | null;
  readonly streamSeq: number | null;
}

export function failureOf(candidate: Candidate, failure: PendingFailure, evidence: EvidenceFacts): Failure {
  const change = failure.about === null ? null : (failure.writtenBy ?? evidence.changeOf(failure.about));
  return {
    code: failure.code,
    message: failureInfo(failure.code).message,
    details: failure.details,
    evidence:
      failure.about === null || change === null
        ? null
        : {
            entityKind: failure.about.entityKind,
            entityId: failure.about.entityId,
            seq: change.seq,
            occurredAt: change.occurredAt,
            actorId: change.actorId,
            deviceSeenSeq: evidence.seenBy(candidate.operation.deviceId),
          },
  };
}

export function settlementOf(verdict: SettledVerdict, evidence: EvidenceFacts): Settlement {
  if (verdict.kind === 'applied') return { verdict, result: verdict.result, failure: null, streamSeq: verdict.streamSeq };
  return { verdict, result: null, failure: failureOf(verdict.candidate, verdict.failure, evidence), streamSeq: null };
}

/** The settlement as if it had been read back, to answer and to repeat it by. */
export function storedOf({ verdict, result, failure, streamSeq }: Settlement): StoredOperation {
  const { operation, payloadHash } = verdict.candidate;
  const { clientOpId, type, version, branchId, actorId } = operation;
  const status = verdict.kind === 'applied' ? 'SYNCED' : 'FAILED';
  return { clientOpId, type, version, branchId, actorId, payloadHash, status, result, streamSeq, failure, attempt: 1 };
}

/** What each operation is answered, in the order of the verdicts. `unauthorized` ones have no answer. */
export function answersOf(verdicts: readonly Verdict[], evidence: EvidenceFacts): Map<Candidate, OperationResult> {
  const answers = new Map<Candidate, OperationResult>();
  for (const verdict of verdicts) {
    const { candidate } = verdict;
    const { asSent } = candidate;
    switch (verdict.kind) {
      case 'repeated':
        answers.set(candidate, answerOf(verdict.stored, asSent, true));
        break;
      case 'repeated-here':
        answers.set(candidate, answerOf(storedOf(settlementOf(verdict.first, evidence)), asSent, true));
        break;
      case 'applied':
      case 'failed':
        answers.set(candidate, answerOf(storedOf(settlementOf(verdict, evidence)), asSent, false));
        break;
      case 'reused':
      case 'refused':
        answers.set(candidate, failedAnswer(asSent, failureOf(candidate, verdict.failure, evidence)));
        break;
      case 'pending':
        answers.set(candidate, pendingAnswer(asSent, verdict.retryAfterMs));
        break;
      case 'unauthorized':
        break;
    }
  }
  return answers;
}

export function failedAnswer(asSent: string, failure: Failure): OperationResult {
  return { clientOpId: asSent, duplicate: false, status: 'FAILED', result: null, streamSeq: null, failure, retryAfterMs: null };
}

export function pendingAnswer(asSent: string, retryAfterMs: number): OperationResult {
  return { clientOpId: asSent, duplicate: false, status: 'PENDING', result: null, streamSeq: null, failure: null, retryAfterMs };
}

/**
 * Sends everything a chunk leaves beside business rows and feed (G5): outcomes, attempts, audit, device order, gaps,
 * outbox. One statement per table; their number does not grow with the chunk.
 */
export function settle(tx: Tx, input: SettleInput): Promise<unknown>[] {
  const settled = input.verdicts.flatMap((verdict) => (verdict.kind === 'applied' || verdict.kind === 'failed' ? [verdict] : []));
  const settlements = settled.map((verdict) => settlementOf(verdict, input.evidence));
  return [
    ...insertOutcomes(tx, input, settlements),
    ...recordAttempts(tx, input),
    ...insertAudit(tx, input, settlements),
    ...moveDevices(tx, input, settled),
    ...insertEvents(tx, input, settlements),
  ];
}

/**
 * The gate's row. A plain INSERT on purpose: when another node settled the id first, 23505 undoes this whole chunk, and
 * the next try finds the outcome and repeats it (G1).
 */
function insertOutcomes(tx: Tx, input: SettleInput, settlements: readonly Settlement[]): Promise<unknown>[] {
  const rows = settlements.filter(({ verdict }) => !verdict.candidate.retry).map((settlement) => outcomeRow(input, settlement));
  if (rows.length === 0) return [];
  return [
    tx.execute(
      `INSERT INTO operation (tenant_id, client_op_id, lane, device_id, device_seq, type, version, branch_id, actor_id, payload, payload_hash,
                              depends_on, occurred_at, received_at, stream_branch_id, status, result, stream_seq, failure, failure_code,
                              amount_minor, amount_currency, decided_at)
       SELECT $1::uuid, "clientOpId", lane, "deviceId", "deviceSeq", type, version, "branchId", "actorId", payload, "payloadHash",
              "dependsOn", "occurredAt", $3::timestamptz, $4::uuid, status, result, "streamSeq", failure, "failureCode",
              "amountMinor", "amountCurrency", $3::timestamptz
         FROM json_to_recordset($2::text::json) AS r (
           "clientOpId" uuid, lane text, "deviceId" uuid, "deviceSeq" bigint, type text, version integer, "branchId" uuid, "actorId" uuid,
           payload text, "payloadHash" text, "dependsOn" uuid[], "occurredAt" timestamptz, status text, result text, "streamSeq" bigint,
           failure text, "failureCode" text, "amountMinor" bigint, "amountCurrency" text)`,
      [input.tenantId, JSON.stringify(rows), input.now, input.branchId],
    ),
  ];
}

/** An outcome's own columns, as texts (design decision 19). */
export function outcomeRow(_input: Pick<SettleInput, 'now'>, { verdict, result, failure, streamSeq }: Settlement) {
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

/** Refused reuses and refused envelopes, payloads included (A5). The same one again counts up, it does not fill the table. */
function recordAttempts(tx: Tx, { tenantId, now, verdicts, evidence }: SettleInput): Promise<unknown>[] {
  const rows = new Map<string, object>();
  for (const verdict of verdicts) {
    if (verdict.kind !== 'reused' && verdict.kind !== 'refused') continue;
    const { candidate } = verdict;
    const { payload: _, ...envelope } = candidate.operation;
    const text = `{"envelope":${JSON.stringify({ ...envelope, lane: candidate.lane })},"payload":${candidate.payloadText}}`;
    const failure = failureOf(candidate, verdict.failure, evidence);
    const fingerprint = sha256Hex(`${failure.code}\n${text}`);
    rows.set(`${candidate.operation.clientOpId} ${fingerprint}`, {
      clientOpId: candidate.operation.clientOpId,
      fingerprint,
      kind: verdict.kind === 'reused' ? 'REUSED' : 'REFUSED',
      deviceId: candidate.caller.kind === 'device' ? candidate.caller.deviceId : null,
      envelope: text,
      outcome: JSON.stringify(failure),
    });
  }
  if (rows.size === 0) return [];
  return [
    tx.execute(
      `INSERT INTO operation_attempt AS a (tenant_id, client_op_id, fingerprint, kind, device_id, envelope, outcome, attempted_at, last_attempted_at)
       SELECT $1::uuid, "clientOpId", fingerprint, kind, "deviceId", envelope, outcome, $3::timestamptz, $3::timestamptz
         FROM json_to_recordset($2::text::json) AS r ("clientOpId" uuid, fingerprint text, kind text, "deviceId" uuid, envelope text, outcome text)
       ON CONFLICT (tenant_id, client_op_id, fingerprint)
       DO UPDATE SET times = a.times + 1, last_attempted_at = excluded.last_attempted_at`,
      [tenantId, JSON.stringify([...rows.values()]), now],
    ),
  ];
}

/** One row per applied operation (M5). Its id is the operation's, so the database refuses a second one. */
function insertAudit(tx: Tx, { tenantId, now, branchId }: SettleInput, settlements: readonly Settlement[]): Promise<unknown>[] {
  const rows = settlements.flatMap(({ verdict }) => {
    if (verdict.kind !== 'applied') return [];
    const { operation, lane } = verdict.candidate;
    const { clientOpId, type, deviceId, actorId, occurredAt } = operation;
    return [{ clientOpId, type, lane, deviceId, actorId, occurredAt, branchId: operation.branchId ?? branchId }];
  });
  if (rows.length === 0) return [];
  return [
    tx.execute(
      `INSERT INTO audit_entry (tenant_id, audit_id, action, client_op_id, lane, branch_id, device_id, actor_id, captured_at, applied_at)
       SELECT $1::uuid, "clientOpId", type, "clientOpId", lane, "branchId", "deviceId", "actorId", "occurredAt", $3::timestamptz
         FROM json_to_recordset($2::text::json)
           AS r ("clientOpId" uuid, type text, lane text, "branchId" uuid, "deviceId" uuid, "actorId" uuid, "occurredAt" timestamptz)`,
      [tenantId, JSON.stringify(rows), now],
    ),
  ];
}

/** The devices' place in their own order, and the places they jumped over (O2). Needs the device row locks. */
function moveDevices(tx: Tx, { tenantId, now, judge, devices }: SettleInput, settled: readonly SettledVerdict[]): Promise<unknown>[] {
  const writes: Promise<unknown>[] = [];
  const moved = [...devices.values()].filter((device) => judge.lastSettledSeqOf(device.deviceId) > device.lastSettledSeq);
  if (moved.length > 0) {
    writes.push(
      tx.execute(
        `UPDATE device AS d SET last_settled_seq = r.seq, last_seen_at = $4::timestamptz
           FROM unnest($2::uuid[], $3::bigint[]) AS r (device_id, seq) WHERE d.tenant_id = $1 AND d.device_id = r.device_id`,
        [tenantId, moved.map((device) => device.deviceId), moved.map((device) => judge.lastSettledSeqOf(device.deviceId)), now],
      ),
    );
  }
  const gaps = gapsOf(devices, settled);
  if (gaps.length > 0) {
    writes.push(
      tx.execute(
        `INSERT INTO device_sequence_gap (tenant_id, device_id, from_seq, to_seq, noticed_at)
         SELECT $1::uuid, "deviceId", "fromSeq", "toSeq", $3::timestamptz
           FROM json_to_recordset($2::text::json) AS r ("deviceId" uuid, "fromSeq" bigint, "toSeq" bigint)
         ON CONFLICT (tenant_id, device_id, from_seq) DO NOTHING`,
        [tenantId, JSON.stringify(gaps), now],
      ),
    );
  }
  return writes;
}

/** The ranges of deviceSeq that were jumped over on the way to what was settled. */
export function gapsOf(
  devices: ReadonlyMap<string, Pick<DeviceFact, 'lastSettledSeq'>>,
  settled: readonly { readonly candidate: { readonly operation: { readonly deviceId: string | null; readonly deviceSeq: number | null } } }[],
): { deviceId: string; fromSeq: number; toSeq: number }[] {
  const last = new Map<string, number>();
  const gaps: { deviceId: string; fromSeq: number; toSeq: number }[] = [];
  for (const { candidate } of settled) {
    const { deviceId, deviceSeq } = candidate.operation;
    if (deviceId === null || deviceSeq === null) continue;
    const before = last.get(deviceId) ?? devices.get(deviceId)?.lastSettledSeq ?? 0;
    if (deviceSeq > before + 1) gaps.push({ deviceId, fromSeq: before + 1, toSeq: deviceSeq - 1 });
    last.set(deviceId, Math.max(before, deviceSeq));
  }
  return gaps;
}

/** One outbox row per outcome and registered webhook, for the relay. Without a webhook: none. */
function insertEvents(tx: Tx, input: SettleInput, settlements: readonly Settlement[]): Promise<unknown>[] {
  const { tenantId, now, webhookIds, randomUuid } = input;
  if (webhookIds.length === 0 || settlements.length === 0) return [];
  const rows = settlements.flatMap(({ verdict, failure, streamSeq }) => {
    const { operation, lane } = verdict.candidate;
    const eventId = randomUuid();
    const eventType = verdict.kind === 'applied' ? 'operation.applied' : 'operation.failed';
    const body = JSON.stringify({
      eventId,
      eventType,
      tenantId,
      branchId: operation.branchId,
      clientOpId: operation.clientOpId,
      type: operation.type,
      lane,
      deviceId: operation.deviceId,
      actorId: operation.actorId,
      occurredAt: operation.occurredAt,
      decidedAt: now,
      streamSeq,
      failureCode: failure?.code ?? null,
    });
    return webhookIds.map((webhookId) => ({ eventId, webhookId, eventType, body }));
  });
  return [
    tx.execute(
      `INSERT INTO outbox_event (tenant_id, event_id, webhook_id, event_type, body, created_at, next_attempt_at)
       SELECT $1::uuid, "eventId", "webhookId", "eventType", body, $3::timestamptz, $3::timestamptz
         FROM json_to_recordset($2::text::json) AS r ("eventId" uuid, "webhookId" uuid, "eventType" text, body text)`,
      [tenantId, JSON.stringify(rows), now],
    ),
  ];
}
