import { failureInfo, type Failure, type JsonValue, type OperationResult } from '@modula/sync-core';
import type { Candidate } from './candidate.ts';
import { answerOf, type StoredOperation } from './stored-operation.ts';
import type { EvidenceFacts, PendingFailure, SettledVerdict, Verdict } from './verdict.ts';

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
function storedOf({ verdict, result, failure, streamSeq }: Settlement): StoredOperation {
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
