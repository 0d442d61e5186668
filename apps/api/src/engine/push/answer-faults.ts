import type { Tx } from '@modula/db';
import { checkPayload, failureInfo, parseClientOpId, sha256Hex, type ClientOpId, type Failure, type Issue, type OperationResult } from '@modula/sync-core';
import type { EnvelopeOrFault } from '@modula/sync-core/wire';
import { RequestError } from '../request-error.ts';
import type { DeviceSession } from '../session.ts';
import { failedAnswer } from './answers.ts';
import { deviceIsValid } from './device-is-valid.ts';
import type { ChunkDeps } from './run-chunk.ts';
import { answerOf, readStored, type StoredOperation } from './stored-operation.ts';

export interface PlacedFault {
  readonly fault: Extract<EnvelopeOrFault, { kind: 'fault' }>;
  readonly place: number;
}

/** A fault that is kept as an attempt: under its id, with what was answered. */
interface Attempt {
  readonly clientOpId: ClientOpId;
  readonly kind: 'REUSED' | 'REFUSED';
  readonly failure: Failure;
}

/**
 * Answers malformed envelopes (2.3), by place. The stored outcome of the id comes first (A2): a sale that was applied and is
 * offered again with a broken clock is still that sale. What is refused is kept for support (A5), the till counts it as failed.
 */
export async function answerFaults(
  { db, ports }: ChunkDeps,
  session: DeviceSession,
  faults: readonly PlacedFault[],
): Promise<Map<number, OperationResult>> {
  const answers = new Map<number, OperationResult>();
  if (faults.length === 0) return answers;
  const { tenantId } = session;
  const now = ports.now();
  await db.transaction(tenantId, async (tx) => {
    const ids = faults.flatMap(({ fault }) => parseClientOpId(fault.clientOpId) ?? []);
    const [valid, stored] = await Promise.all([deviceIsValid(tx, session), readStored(tx, tenantId, ids)]);
    if (!valid) throw new RequestError('UNAUTHORIZED', 'The token is not valid any more.');
    const attempts: Attempt[] = [];
    for (const { fault, place } of faults) {
      const clientOpId = parseClientOpId(fault.clientOpId);
      const first = clientOpId === null ? undefined : stored.get(clientOpId);
      if (first !== undefined && isRepeat(first, fault)) {
        answers.set(place, answerOf(first, fault.clientOpId, true));
        continue;
      }
      const failure = first === undefined ? malformed(fault.issues) : failureOf('CLIENT_OP_ID_REUSED', fault.issues);
      answers.set(place, failedAnswer(fault.clientOpId, failure));
      if (clientOpId !== null) attempts.push({ clientOpId, kind: first === undefined ? 'REFUSED' : 'REUSED', failure });
    }
    recordFaults(tx, session, { attempts, now });
  });
  return answers;
}

/** The answer to a malformed envelope whose id nobody knows. */
export function malformedAnswer({ clientOpId, issues }: PlacedFault['fault']): OperationResult {
  return failedAnswer(clientOpId, malformed(issues));
}

/** The five fields of G3 could be read and are those of the first. */
function isRepeat(first: StoredOperation, { identity }: PlacedFault['fault']): boolean {
  if (identity === null) return false;
  const payload = checkPayload(identity.payload);
  return (
    first.type === identity.type &&
    first.version === identity.version &&
    first.branchId === identity.branchId &&
    first.actorId === identity.actorId &&
    payload.kind === 'ok' &&
    first.payloadHash === payload.hash
  );
}

function malformed(issues: readonly Issue[]): Failure {
  return failureOf(issues.every(({ path }) => path === 'payload') ? 'PAYLOAD_INVALID' : 'ENVELOPE_INVALID', issues);
}

function failureOf(code: string, issues: readonly Issue[]): Failure {
  return { code, message: failureInfo(code).message, details: { issues: issues.map(({ path, message }) => ({ path, message })) }, evidence: null };
}

function recordFaults(tx: Tx, { tenantId, deviceId }: DeviceSession, { attempts, now }: { readonly attempts: readonly Attempt[]; readonly now: string }): void {
  const rows = new Map<string, object>();
  for (const { clientOpId, kind, failure } of attempts) {
    const text = JSON.stringify(failure);
    const fingerprint = sha256Hex(`${kind}\n${text}`);
    rows.set(`${clientOpId} ${fingerprint}`, { clientOpId, fingerprint, kind, text });
  }
  if (rows.size === 0) return;
  tx.send(
    `INSERT INTO operation_attempt AS a (tenant_id, client_op_id, fingerprint, kind, device_id, envelope, outcome, attempted_at, last_attempted_at)
     SELECT $1::uuid, "clientOpId", fingerprint, kind, $4::uuid, text, text, $3::timestamptz, $3::timestamptz
       FROM json_to_recordset($2::text::json) AS r ("clientOpId" uuid, fingerprint text, kind text, text text)
     ON CONFLICT (tenant_id, client_op_id, fingerprint)
     DO UPDATE SET times = a.times + 1, last_attempted_at = excluded.last_attempted_at`,
    [tenantId, JSON.stringify([...rows.values()]), now, deviceId],
  );
}
