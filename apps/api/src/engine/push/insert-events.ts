import type { Tx } from '@modula/db';
import type { Settlement } from './answers.ts';
import { sendEvents } from './send-events.ts';
import type { SettleInput } from './settle.ts';

/** The outbox rows of applied operations. A failed one leaves its outcome and nothing else (G5): the relay announces it. */
export function insertEvents(tx: Tx, input: SettleInput, settlements: readonly Settlement[]): void {
  const applied = settlements.filter(({ verdict }) => verdict.kind === 'applied');
  const outcomes = applied.map(({ verdict, streamSeq }) => {
    const { operation, lane } = verdict.candidate;
    const { branchId, clientOpId, type, deviceId, actorId, occurredAt } = operation;
    return { branchId, clientOpId, type, lane, deviceId, actorId, occurredAt, decidedAt: input.now, streamSeq, failureCode: null };
  });
  sendEvents(tx, input, outcomes);
}
