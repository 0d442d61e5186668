import type { Tx } from '@modula/db';
import type { BranchId, TenantId } from '@modula/sync-core';
import { settlementOf } from './answers.ts';
import { auditRetried } from './audit-retried.ts';
import type { DeviceFact } from './facts.ts';
import { insertEvents } from './insert-events.ts';
import { insertOutcomes } from './insert-outcomes.ts';
import type { Judge } from './judge.ts';
import { moveDevices } from './move-devices.ts';
import { recordAttempts } from './record-attempts.ts';
import type { EvidenceFacts, Verdict } from './verdict.ts';

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

/**
 * Sends everything a chunk leaves beside business rows and feed (G5): outcomes, attempts, audit, device order, gaps,
 * outbox. One statement per table; their number does not grow with the chunk.
 */
export function settle(tx: Tx, input: SettleInput): void {
  const settled = input.verdicts.flatMap((verdict) => (verdict.kind === 'applied' || verdict.kind === 'failed' ? [verdict] : []));
  const settlements = settled.map((verdict) => settlementOf(verdict, input.evidence));
  insertOutcomes(tx, input, settlements);
  recordAttempts(tx, input);
  auditRetried(tx, input, settlements);
  moveDevices(tx, input, settled);
  insertEvents(tx, input, settlements);
}
