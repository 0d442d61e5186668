import type { ClientOpId, OperationResult, TenantId } from '@modula/sync-core';
import type { PersonalAct } from '../engine.ts';
import { inspect, type Caller } from '../push/candidate.ts';
import { retryable } from '../push/judge.ts';
import type { PushDeps } from '../push/push-batch.ts';
import { runChunk, type ChunkOutcome, type SettledChunk } from '../push/run-chunk.ts';
import { RequestError } from '../request-error.ts';
import { readEnvelope, readFailedDependents, type StoredEnvelope } from './stored-envelope.ts';
import { replaceOutcome, resolutionChange, type NewOutcome, type Replacement } from './replace-outcome.ts';

export interface RetryRequest extends PersonalAct {
  readonly withDependents: boolean;
}

const DEPENDENTS_MAX = 500;

/**
 * Runs a failed operation again under its original actor, and then, if asked, the failed ones that build on it, in the
 * order they were received (A5). Each is a transaction of its own; a dependent whose ground still fails fails again.
 */
export async function retryOperation(
  deps: PushDeps & { readonly onChunk: (outcome: ChunkOutcome, tenantId: TenantId) => void },
  { tenantId, clientOpId }: { readonly tenantId: TenantId; readonly clientOpId: ClientOpId },
  request: RetryRequest,
): Promise<readonly OperationResult[]> {
  const root = await readEnvelope(deps.db, tenantId, clientOpId);
  if (root === null) throw new RequestError('NOT_FOUND', 'There is no such operation in this tenant.');
  const results: OperationResult[] = [];
  const seen = new Set<ClientOpId>();
  let next: StoredEnvelope[] = [root];
  while (next.length > 0 && seen.size < DEPENDENTS_MAX) {
    for (const envelope of next) {
      if (seen.has(envelope.operation.clientOpId)) continue;
      seen.add(envelope.operation.clientOpId);
      results.push(await retryOne(deps, envelope, request));
    }
    const done = next.map(({ operation }) => operation.clientOpId);
    next = request.withDependents ? (await readFailedDependents(deps.db, tenantId, done)).filter(({ operation }) => !seen.has(operation.clientOpId)) : [];
  }
  return results;
}

async function retryOne(
  deps: PushDeps & { readonly onChunk: (outcome: ChunkOutcome, tenantId: TenantId) => void },
  { operation, lane, streamBranchId }: StoredEnvelope,
  request: RetryRequest,
): Promise<OperationResult> {
  const { tenantId, clientOpId, deviceId, actorId } = operation;
  const caller: Caller =
    deviceId === null ? { kind: 'actor', tenantId, actorId, tokenHash: null } : { kind: 'device', tenantId, deviceId, tokenHash: null };
  const candidate = inspect(deps.registry, operation, { asSent: clientOpId, lane, caller, retry: true });
  const auditId = deps.ports.randomUuid();
  const outcome = await runChunk(deps, {
    tenantId,
    branchId: streamBranchId,
    reach: candidate.registered?.contract.scope ?? 'branch',
    candidates: [candidate],
    rehearse: false,
    onSettled: (tx, { feed, verdicts, answers, stored, now }: SettledChunk) => {
      const before = stored.get(clientOpId);
      const answer = answers.get(candidate);
      const decided = verdicts.some(({ kind }) => kind === 'applied' || kind === 'failed');
      if (!decided || before === undefined || !retryable(before) || answer === undefined || answer.status === 'PENDING') return;
      const act = { action: 'operation.retry', operator: request.operator, reason: request.reason, auditId } as const;
      const replacement: Replacement = { before, outcome: newOutcome(answer.status, answer), act, now };
      replaceOutcome(tx, tenantId, replacement);
      // A tenant-wide operation holds all streams for its own changes; its resolution is published by a second writer.
      if (streamBranchId !== null && candidate.registered?.contract.scope !== 'tenant') {
        feed.append(streamBranchId, [resolutionChange(clientOpId, replacement)], { occurredAt: now, actorId: null, clientOpId });
      }
    },
  });
  deps.onChunk(outcome, tenantId);
  const answer = outcome.answers.get(candidate);
  if (answer === undefined) throw new Error('a retry was not answered');
  return answer;
}

function newOutcome(status: 'SYNCED' | 'FAILED', { result, streamSeq, failure }: OperationResult): NewOutcome {
  return { status, result, streamSeq, failure };
}
