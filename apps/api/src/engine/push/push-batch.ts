import { failureInfo, sha256Hex, type Failure, type Issue, type OperationResult } from '@modula/sync-core';
import type { EnvelopeOrFault } from '@modula/sync-core/wire';
import type { PushAnswer } from '../engine.ts';
import type { OperationRegistry } from '../registry.ts';
import type { DeviceSession } from '../session.ts';
import { inspect, type Caller, type Candidate } from './candidate.ts';
import type { ChunkDeps } from './run-chunk.ts';
import { failedAnswer } from './answers.ts';
import type { StreamLanes } from './stream-lanes.ts';

export interface PushDeps extends ChunkDeps {
  readonly registry: OperationRegistry;
  readonly lanes: StreamLanes;
}

type Envelope = Extract<EnvelopeOrFault, { kind: 'envelope' }>;
type Fault = Extract<EnvelopeOrFault, { kind: 'fault' }>;

/** The replay lane: judges a device's operations in the order it made them (O1) and answers in the order they were sent. */
export async function pushBatch(deps: PushDeps, session: DeviceSession, operations: readonly EnvelopeOrFault[]): Promise<PushAnswer> {
  const caller: Caller = { kind: 'device', tenantId: session.tenantId, deviceId: session.deviceId, tokenHash: session.tokenHash };
  const { answers, order } = split(operations);
  const candidates = order.map(({ envelope }) => candidateOf(deps.registry, envelope, caller));
  const decided =
    candidates.length === 0
      ? []
      : await deps.lanes.submit({ tenantId: session.tenantId, branchId: session.branchId, reach: 'branch' }, candidates);
  decided.forEach((answer, turn) => {
    const place = order[turn]?.place;
    if (place !== undefined) answers[place] = answer;
  });
  await recordFaults(deps, session, operations);
  return { serverTime: deps.ports.now(), results: answers.filter((answer) => answer !== undefined) };
}

export function candidateOf(registry: OperationRegistry, envelope: Envelope, caller: Caller): Candidate {
  return inspect(registry, envelope.operation, { asSent: envelope.clientOpId, lane: 'replay', caller });
}

/** Places answered at once (malformed envelopes, 2.3), and the rest in the order of `deviceSeq`. */
export function split(operations: readonly EnvelopeOrFault[]): {
  readonly answers: (OperationResult | undefined)[];
  readonly order: readonly { readonly envelope: Envelope; readonly place: number }[];
} {
  const answers: (OperationResult | undefined)[] = [];
  const order: { envelope: Envelope; place: number }[] = [];
  operations.forEach((sent, place) => {
    if (sent.kind === 'fault') answers[place] = failedAnswer(sent.clientOpId, faultOf(sent.issues));
    else order.push({ envelope: sent, place });
  });
  order.sort((left, right) => left.envelope.operation.deviceSeq - right.envelope.operation.deviceSeq);
  return { answers, order };
}

function faultOf(issues: readonly Issue[]): Failure {
  const code = issues.every(({ path }) => path === 'payload') ? 'PAYLOAD_INVALID' : 'ENVELOPE_INVALID';
  return { code, message: failureInfo(code).message, details: { issues: issues.map(({ path, message }) => ({ path, message })) }, evidence: null };
}

/** Malformed envelopes under a readable id are kept for support (A5): the till counts them as failed sales. */
async function recordFaults({ db, ports }: PushDeps, session: DeviceSession, operations: readonly EnvelopeOrFault[]): Promise<void> {
  const faults = operations.filter((sent): sent is Fault => sent.kind === 'fault');
  const rows = faults.flatMap(({ clientOpId, issues }) => {
    const failure = JSON.stringify(faultOf(issues));
    return UUID.test(clientOpId) ? [{ clientOpId, fingerprint: sha256Hex(failure), failure }] : [];
  });
  if (rows.length === 0) return;
  const unique = [...new Map(rows.map((row) => [`${row.clientOpId.toLowerCase()} ${row.fingerprint}`, row])).values()];
  const now = ports.now();
  await db.transaction(session.tenantId, async (tx) => {
    tx.send(
      `INSERT INTO operation_attempt AS a (tenant_id, client_op_id, fingerprint, kind, device_id, envelope, outcome, attempted_at, last_attempted_at)
       SELECT $1::uuid, "clientOpId", fingerprint, 'REFUSED', $4::uuid, failure, failure, $3::timestamptz, $3::timestamptz
         FROM json_to_recordset($2::text::json) AS r ("clientOpId" uuid, fingerprint text, failure text)
       ON CONFLICT (tenant_id, client_op_id, fingerprint)
       DO UPDATE SET times = a.times + 1, last_attempted_at = excluded.last_attempted_at`,
      [session.tenantId, JSON.stringify(unique), now, session.deviceId],
    );
  });
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
