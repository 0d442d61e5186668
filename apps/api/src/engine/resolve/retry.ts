import type { Database } from '@modula/db';
import type { BranchId, ClientOpId, OperationResult, TenantId } from '@modula/sync-core';
import type { PersonalAct } from '../engine.ts';
import { inspect, type Caller, type Candidate } from '../push/candidate.ts';
import { retryable } from '../push/judge.ts';
import type { PushDeps } from '../push/push-batch.ts';
import { persistChunk } from '../push/persist-chunk.ts';
import type { ChunkOutcome, SettledChunk } from '../push/run-chunk.ts';
import { FeedWriter } from '../feed/feed-writer.ts';
import { RequestError } from '../request-error.ts';
import { inDependencyOrder } from './dependency-order.ts';
import { readEnvelope, readFailedDependents, type StoredEnvelope } from './stored-envelope.ts';
import { replaceOutcome, resolutionChange, type NewOutcome, type Replacement } from './replace-outcome.ts';

export interface RetryRequest extends PersonalAct {
  readonly withDependents: boolean;
}

const DEPENDENTS_MAX = 500;

/**
 * Runs a failed operation again under its original actor, and then, if asked, the failed ones that build on it, each after
 * all it depends on (A5). Each is a transaction of its own; a dependent whose ground still fails fails again.
 */
export async function retryOperation(
  deps: PushDeps & { readonly onChunk: (outcome: ChunkOutcome, tenantId: TenantId) => void },
  { tenantId, clientOpId }: { readonly tenantId: TenantId; readonly clientOpId: ClientOpId },
  request: RetryRequest,
): Promise<readonly OperationResult[]> {
  const root = await readEnvelope(deps.db, tenantId, clientOpId);
  if (root === null) throw new RequestError('NOT_FOUND', 'There is no such operation in this tenant.');
  const dependents = request.withDependents ? await failedDependentsOf(deps.db, tenantId, clientOpId) : [];
  const results: OperationResult[] = [];
  for (const envelope of [root, ...dependents]) results.push(await retryOne(deps, envelope, request));
  return results;
}

/** Everything failed that builds on an operation, directly or not, in an order in which it can be run again. */
async function failedDependentsOf(db: Database, tenantId: TenantId, root: ClientOpId): Promise<StoredEnvelope[]> {
  const found = new Map<ClientOpId, StoredEnvelope>();
  let generation: readonly ClientOpId[] = [root];
  while (generation.length > 0 && found.size < DEPENDENTS_MAX) {
    const named = await readFailedDependents(db, tenantId, generation);
    const fresh = named.filter(({ operation }) => operation.clientOpId !== root && !found.has(operation.clientOpId));
    for (const envelope of fresh) found.set(envelope.operation.clientOpId, envelope);
    generation = fresh.map(({ operation }) => operation.clientOpId);
  }
  return inDependencyOrder([...found.values()]);
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
  const isTenantWide = candidate.registered?.contract.scope === 'tenant';
  const act = { action: 'operation.retry', operator: request.operator, reason: request.reason, auditId: deps.ports.randomUuid() } as const;
  const outcome = await persistChunk(deps, {
    tenantId,
    branchId: streamBranchId,
    reach: candidate.registered?.contract.scope ?? 'branch',
    candidates: [candidate],
    rehearse: false,
    onSettled: (tx, settled) => {
      const replacement = replacementOf(settled, candidate, act);
      if (replacement === null) return;
      replaceOutcome(tx, tenantId, replacement);
      if (streamBranchId !== null && !isTenantWide) publish(settled.feed, streamBranchId, replacement);
    },
    // A tenant-wide operation's changes come first on all streams; its own stream's lock is held, so a second writer may follow.
    onAppended: async (tx, settled) => {
      const replacement = replacementOf(settled, candidate, act);
      if (replacement === null || streamBranchId === null || !isTenantWide) return;
      const feed = await FeedWriter.open(tx, tenantId, { kind: 'branches', branchIds: [streamBranchId] });
      publish(feed, streamBranchId, replacement);
      feed.send();
    },
  });
  deps.onChunk(outcome, tenantId);
  const answer = outcome.answers.get(candidate);
  if (answer === undefined) throw new Error('a retry was not answered');
  return answer;
}

/** Null when nothing new was decided: somebody else's retry was faster, or it is PENDING. */
function replacementOf({ verdicts, answers, stored, webhookIds, now }: SettledChunk, candidate: Candidate, act: Replacement['act']): Replacement | null {
  const before = stored.get(candidate.operation.clientOpId);
  const answer = answers.get(candidate);
  const decided = verdicts.some(({ kind }) => kind === 'applied' || kind === 'failed');
  if (!decided || before === undefined || !retryable(before) || answer === undefined || answer.status === 'PENDING') return null;
  return { before, outcome: newOutcome(answer.status, answer), act, announce: webhookIds.length > 0, now };
}

function publish(feed: FeedWriter, branchId: BranchId, replacement: Replacement): void {
  const { clientOpId } = replacement.before;
  feed.append(branchId, [resolutionChange(clientOpId, replacement)], { occurredAt: replacement.now, actorId: null, clientOpId });
}

function newOutcome(status: 'SYNCED' | 'FAILED', { result, streamSeq, failure }: OperationResult): NewOutcome {
  return { status, result, streamSeq, failure };
}
