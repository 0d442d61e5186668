import { checkPayload, failureInfo, parseClientOpId, sha256Hex, type Failure, type Issue, type OperationResult } from '@modula/sync-core';
import type { EnvelopeOrFault } from '@modula/sync-core/wire';
import { RequestError } from '../request-error.ts';
import type { DeviceSession } from '../session.ts';
import { failedAnswer } from './answers.ts';
import { deviceIsValid } from './device-is-valid.ts';
import { keepAttempts, type AttemptRow } from './keep-attempts.ts';
import type { ChunkDeps } from './run-chunk.ts';
import { answerOf, readStored, type StoredOperation } from './stored-operation.ts';

export interface PlacedFault {
  readonly fault: Extract<EnvelopeOrFault, { kind: 'fault' }>;
  readonly place: number;
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
    const attempts: AttemptRow[] = [];
    for (const { fault, place } of faults) {
      const clientOpId = parseClientOpId(fault.clientOpId);
      const first = clientOpId === null ? undefined : stored.get(clientOpId);
      if (first !== undefined && isRepeat(first, fault)) {
        answers.set(place, answerOf(first, fault.clientOpId, true));
        continue;
      }
      const failure = first === undefined ? malformed(fault.issues) : failureOf('CLIENT_OP_ID_REUSED', fault.issues);
      answers.set(place, failedAnswer(fault.clientOpId, failure));
      if (clientOpId !== null) attempts.push(attemptOf(session, { clientOpId, kind: first === undefined ? 'REFUSED' : 'REUSED', failure }));
    }
    keepAttempts(tx, tenantId, { attempts, now });
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

function attemptOf({ deviceId }: DeviceSession, { clientOpId, kind, failure }: Pick<AttemptRow, 'clientOpId' | 'kind'> & { readonly failure: Failure }): AttemptRow {
  const text = JSON.stringify(failure);
  return { clientOpId, fingerprint: sha256Hex(`${kind}\n${text}`), kind, deviceId, envelope: text, outcome: text };
}
