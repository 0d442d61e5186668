import type { Tx } from '@modula/db';
import { sha256Hex } from '@modula/sync-core';
import { failureOf } from './answers.ts';
import { keepAttempts, type AttemptRow } from './keep-attempts.ts';
import type { SettleInput } from './settle.ts';

/** Refused reuses and refused envelopes of a chunk, payloads included (A5). */
export function recordAttempts(tx: Tx, { tenantId, now, verdicts, evidence }: SettleInput): void {
  const attempts = verdicts.flatMap((verdict): AttemptRow[] => {
    if (verdict.kind !== 'reused' && verdict.kind !== 'refused') return [];
    const { candidate } = verdict;
    const { payload: _, ...operation } = candidate.operation;
    const envelope = `{"envelope":${JSON.stringify({ ...operation, lane: candidate.lane })},"payload":${candidate.payloadText}}`;
    const failure = failureOf(candidate, verdict.failure, evidence);
    return [
      {
        clientOpId: operation.clientOpId,
        fingerprint: sha256Hex(`${failure.code}\n${envelope}`),
        kind: verdict.kind === 'reused' ? 'REUSED' : 'REFUSED',
        deviceId: candidate.caller.kind === 'device' ? candidate.caller.deviceId : null,
        envelope,
        outcome: JSON.stringify(failure),
      },
    ];
  });
  keepAttempts(tx, tenantId, { attempts, now });
}
