import { failureInfo, type ClientOpId, type OperationResult, type TenantId } from '@modula/sync-core';
import type { PersonalAct } from '../engine.ts';
import { FeedWriter, type MovedStream } from '../feed/feed-writer.ts';
import { retryable } from '../push/judge.ts';
import type { ChunkDeps } from '../push/run-chunk.ts';
import { answerOf, readStored } from '../push/stored-operation.ts';
import { RequestError } from '../request-error.ts';
import { replaceOutcome, resolutionChange, type Replacement } from './replace-outcome.ts';
import { readEnvelope } from './stored-envelope.ts';

/** A person says that a failed operation will never be applied (A5). It stays FAILED, as WAIVED, with what it failed of in its details. */
export async function waiveOperation(
  { db, ports }: ChunkDeps,
  { tenantId, clientOpId }: { readonly tenantId: TenantId; readonly clientOpId: ClientOpId },
  request: PersonalAct,
): Promise<{ readonly answer: OperationResult; readonly moved: readonly MovedStream[] }> {
  const envelope = await readEnvelope(db, tenantId, clientOpId);
  if (envelope === null) throw new RequestError('NOT_FOUND', 'There is no such operation in this tenant.');
  const branchIds = envelope.streamBranchId === null ? [] : [envelope.streamBranchId];
  const now = ports.now();
  return db.transaction(tenantId, async (tx) => {
    const feed = await FeedWriter.open(tx, tenantId, { kind: 'branches', branchIds });
    const before = (await readStored(tx, tenantId, [clientOpId])).get(clientOpId);
    if (before === undefined || before.status === 'SYNCED') {
      throw new RequestError('CONFLICT', 'Only a failed operation can be waived.', { reason: 'NOT_FAILED' });
    }
    if (!retryable(before)) return { answer: answerOf(before, clientOpId, true), moved: [] };
    const details = { reason: request.reason, code: before.failure?.code ?? null, waivedAt: now };
    const failure = { code: 'WAIVED', message: failureInfo('WAIVED').message, details, evidence: before.failure?.evidence ?? null };
    const act = { action: 'operation.waive', operator: request.operator, reason: request.reason, auditId: ports.randomUuid() } as const;
    const replacement: Replacement = { before, outcome: { status: 'FAILED', result: null, streamSeq: null, failure }, act, announce: false, now };
    replaceOutcome(tx, tenantId, replacement);
    for (const branchId of branchIds) {
      feed.append(branchId, [resolutionChange(clientOpId, replacement)], { occurredAt: now, actorId: null, clientOpId });
    }
    feed.send();
    return { answer: answerOf({ ...before, ...replacement.outcome }, clientOpId, false), moved: feed.moved() };
  });
}
