import type { Database, Tx } from '@modula/db';
import type { ActorId, BranchId, ClientOpId, DeviceId, OperationResult, TenantId } from '@modula/sync-core';
import type { EnginePorts } from '../engine.ts';
import { FeedWriter, type FeedTarget, type MovedStream } from '../feed/feed-writer.ts';
import { lockTenant } from '../feed/lock-streams.ts';
import { RequestError } from '../request-error.ts';
import { ChunkRows } from '../working-sets.ts';
import { answersOf } from './answers.ts';
import type { Candidate } from './candidate.ts';
import { gatherEvidence } from './evidence.ts';
import { lockDevices, readActors, readPlace, type Facts } from './facts.ts';
import { commandOf, Judge } from './judge.ts';
import { settle } from './settle.ts';
import { readStored, type StoredOperation } from './stored-operation.ts';
import type { Verdict } from './verdict.ts';

/** Operations that are judged and written by one transaction, in their turns. All of one tenant and one stream. */
export interface Chunk {
  readonly tenantId: TenantId;
  /** Null: a tenant-wide operation called without a branch. */
  readonly branchId: BranchId | null;
  /** `tenant`: holds every stream of the tenant (a tenant-wide operation). */
  readonly reach: 'branch' | 'tenant';
  readonly candidates: readonly Candidate[];
  /** Judged and rolled back: nothing persists. */
  readonly rehearse: boolean;
  /** What support adds to the transaction when it runs operations again (A5). */
  readonly onSettled?: (tx: Tx, settled: SettledChunk) => void;
  /** The same, after the chunk's own changes are on the feed: for what only a second writer can append. */
  readonly onAppended?: (tx: Tx, settled: SettledChunk) => Promise<void>;
}

export interface SettledChunk {
  readonly feed: FeedWriter;
  readonly verdicts: readonly Verdict[];
  readonly answers: ReadonlyMap<Candidate, OperationResult>;
  readonly stored: ReadonlyMap<ClientOpId, StoredOperation>;
  readonly webhookIds: readonly string[];
  readonly now: string;
}

export interface ChunkOutcome {
  readonly answers: ReadonlyMap<Candidate, OperationResult>;
  /** Their token had ended; the rest of the chunk is not concerned. */
  readonly unauthorized: ReadonlySet<Candidate>;
  readonly verdicts: readonly Verdict[];
  readonly moved: readonly MovedStream[];
}

export interface ChunkDeps {
  readonly db: Database;
  readonly ports: EnginePorts;
}

const PREPARE_ROUNDS_MAX = 5;

/**
 * The walk of a push: lock → claim → authorize → decide → append → settle → commit. Two to four round trips however
 * many operations: all locks and loads are sent at once, all are judged in memory, all writes and the COMMIT are sent at once.
 */
export async function runChunk({ db, ports }: ChunkDeps, chunk: Chunk): Promise<ChunkOutcome> {
  const now = ports.now();
  return db.transaction(
    chunk.tenantId,
    async (tx) => {
      const opened = await openChunk(tx, chunk);
      const { facts, stored, rows, feed } = opened;
      const { tenantId, branchId } = chunk;
      const judge = new Judge({ tenantId, branchId, facts, stored, rows, feed, log: ports.log, alone: chunk.candidates.length === 1 });
      const verdicts = chunk.candidates.map((candidate) => judge.judge(candidate));
      const evidence = await gatherEvidence(tx, tenantId, { branchId, verdicts });
      const answers = answersOf(verdicts, evidence);
      const unauthorized = new Set(verdicts.flatMap((verdict) => (verdict.kind === 'unauthorized' ? [verdict.candidate] : [])));
      rows.flush(tx, tenantId);
      const settled: SettledChunk = { feed, verdicts, answers, stored, webhookIds: facts.webhookIds, now };
      chunk.onSettled?.(tx, settled);
      feed.send();
      await chunk.onAppended?.(tx, settled);
      const { devices, webhookIds } = facts;
      settle(tx, { tenantId, branchId, now, verdicts, evidence, judge, devices, webhookIds, randomUuid: () => ports.randomUuid() });
      return { answers, unauthorized, verdicts, moved: feed.moved() };
    },
    chunk.rehearse ? { rehearse: true } : {},
  );
}

interface OpenedChunk {
  readonly facts: Facts;
  readonly stored: Map<ClientOpId, StoredOperation>;
  readonly rows: ChunkRows;
  readonly feed: FeedWriter;
}

/** Takes the locks in the one global order (tenant row, device rows, stream rows) and loads everything the judging needs. */
async function openChunk(tx: Tx, chunk: Chunk): Promise<OpenedChunk> {
  const { tenantId, branchId, candidates } = chunk;
  const deviceIds = unique<DeviceId>(candidates.map(({ operation, caller }) => (caller.kind === 'device' ? caller.deviceId : operation.deviceId)));
  const actorIds = unique<ActorId>(candidates.flatMap(({ operation, caller }) => [operation.actorId, caller.kind === 'actor' ? caller.actorId : null]));
  const named = unique<ClientOpId>(candidates.flatMap(({ operation }) => [operation.clientOpId, ...operation.dependsOn]));

  // Sent in this order, none waits for the answer of the one before: the server runs them one after the other.
  const tenant = chunk.reach === 'tenant' ? lockTenant(tx, tenantId) : null;
  const devices = lockDevices(tx, tenantId, deviceIds);
  const opening = FeedWriter.open(tx, tenantId, targetOf(chunk));
  const place = readPlace(tx, tenantId, branchId);
  const actors = readActors(tx, tenantId, { actorIds, deviceIds });
  const stored = readStored(tx, tenantId, named);
  const rows = new ChunkRows();
  prepare(rows, chunk);
  const loads = rows.load(tx, tenantId);

  const [feed, deviceFacts, placeFacts, actorFacts, storedById] = await Promise.all([opening, devices, place, actors, stored, tenant, ...loads]);
  if (branchId !== null && feed.head(branchId) === null) {
    throw new RequestError('FORBIDDEN', 'There is no such branch in this tenant.', { reason: 'BRANCH_UNKNOWN' });
  }
  await followReferences(tx, chunk, rows);
  const facts: Facts = { ...placeFacts, devices: deviceFacts, actors: actorFacts };
  return { facts, stored: storedById, rows, feed };
}

function targetOf({ reach, branchId }: Chunk): FeedTarget {
  if (reach === 'tenant') return { kind: 'tenant', originBranchId: branchId };
  return { kind: 'branches', branchIds: branchId === null ? [] : [branchId] };
}

/** A row may name another one (a menu item its stock item): asks again with what is there, until nothing new is wanted. */
async function followReferences(tx: Tx, chunk: Chunk, rows: ChunkRows): Promise<void> {
  for (let round = 1; round < PREPARE_ROUNDS_MAX; round += 1) {
    prepare(rows, chunk);
    if (!rows.wanting) return;
    await Promise.all(rows.load(tx, chunk.tenantId));
  }
  throw new Error('a module keeps asking for rows');
}

function prepare(rows: ChunkRows, { candidates, branchId }: Chunk): void {
  for (const candidate of candidates) {
    const { registered, parsed } = candidate;
    if (registered === undefined || parsed?.kind !== 'ok') continue;
    // BRANCH_REQUIRED is for authorize to say; no module has to think of it.
    if (branchId === null && registered.contract.scope === 'branch') continue;
    registered.handler.prepare(rows, commandOf(candidate, branchId, parsed.payload));
  }
}

function unique<Id extends string>(ids: readonly (Id | null)[]): Id[] {
  return [...new Set(ids)].filter((id) => id !== null);
}
