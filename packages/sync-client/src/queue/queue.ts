import {
  assertNever,
  canonicalJson,
  hashOfCanonical,
  type ActorId,
  type BranchId,
  type ClientOpId,
  type DeviceId,
  type Failure,
  type JsonObject,
  type OfflineOperation,
  type OperationResult,
  type TenantId,
} from '@modula/sync-core';
import type { QueueCounts, QueueStorage } from '../storage/port.ts';
import type { QueuedOperation } from './queued-operation.ts';
import { statusAfter, type QueueEvent } from './transition.ts';

/** Who this device is; every operation it makes is bound to it (Q7). */
export interface DeviceIdentity {
  readonly tenantId: TenantId;
  readonly branchId: BranchId;
  readonly deviceId: DeviceId;
}

/** A write intent before it has a place in the queue. */
export interface OperationDraft {
  readonly clientOpId: ClientOpId;
  readonly type: string;
  readonly version: number;
  readonly branchId: BranchId | null;
  readonly actorId: ActorId;
  readonly payload: JsonObject;
  readonly dependsOn: readonly ClientOpId[];
  /** The device's clock, ISO-8601 UTC. Evidence only (O5). */
  readonly occurredAt: string;
}

/** The device's FIFO of write intents: `transition.ts` over a store. */
export interface OperationQueue {
  enqueue(draft: OperationDraft): Promise<QueuedOperation>;
  listOpen(limitRows: number): Promise<readonly QueuedOperation[]>;
  /** What is FAILED and nobody has dismissed yet (Q5). */
  listFailed(): Promise<readonly QueuedOperation[]>;
  markSent(batch: readonly QueuedOperation[]): Promise<void>;
  /** No answer came: the batch is PENDING again and will go out with the same ids. */
  markLost(batch: readonly QueuedOperation[]): Promise<void>;
  /** What an earlier run of the app left in flight is PENDING again (Q2). Only for the one drainer, between batches (Q3). */
  recover(): Promise<void>;
  settle(batch: readonly QueuedOperation[], results: readonly OperationResult[]): Promise<void>;
  /** Only a person ends a FAILED operation's stay (Q5). False when it is not FAILED. */
  dismiss(clientOpId: ClientOpId): Promise<boolean>;
  counts(): Promise<QueueCounts>;
}

export function createQueue(storage: QueueStorage, identity: DeviceIdentity): OperationQueue {
  const move = (batch: readonly QueuedOperation[], event: QueueEvent) => storage.put(batch.map((queued) => moved(queued, event)));

  // What was read before it was sent is old: the store knows which status each has now.
  const current = async (batch: readonly QueuedOperation[]) => {
    const found = await Promise.all(batch.map((queued) => storage.find(queued.operation.clientOpId)));
    return found.filter((queued) => queued !== null);
  };

  return {
    enqueue: (draft) => storage.append((deviceSeq) => queuedOf(draft, { identity, deviceSeq })),
    listOpen: (limitRows) => storage.listOpen(limitRows),
    listFailed: () => storage.listFailed(),
    markSent: (batch) => move(batch, 'sent'),
    markLost: async (batch) => move(await current(batch), 'connectionLost'),
    async recover() {
      const open = await storage.listOpen(Number.MAX_SAFE_INTEGER);
      await move(open.filter((queued) => queued.status === 'SYNCING'), 'restarted');
    },
    async settle(batch, results) {
      const settled = (await current(batch)).map((queued, index) => settledBy(queued, results[index]));
      await storage.put(settled);
      // A SYNCED operation lives on in the feed; keeping it here would only grow the store.
      await storage.remove(settled.filter((queued) => queued.status === 'SYNCED').map((queued) => queued.operation.clientOpId));
    },
    async dismiss(clientOpId) {
      const queued = await storage.find(clientOpId);
      if (queued?.status !== 'FAILED') return false;
      await storage.remove([clientOpId]);
      return true;
    },
    counts: () => storage.counts(),
  };
}

function queuedOf(draft: OperationDraft, place: { identity: DeviceIdentity; deviceSeq: number }): QueuedOperation {
  const operation: OfflineOperation = {
    clientOpId: draft.clientOpId,
    deviceId: place.identity.deviceId,
    deviceSeq: place.deviceSeq,
    type: draft.type,
    version: draft.version,
    tenantId: place.identity.tenantId,
    branchId: draft.branchId,
    actorId: draft.actorId,
    payload: draft.payload,
    payloadHash: hashOfCanonical(canonicalJson(draft.payload)),
    dependsOn: [...draft.dependsOn],
    occurredAt: draft.occurredAt,
  };
  const wireBytes = new TextEncoder().encode(JSON.stringify(operation)).length;
  return { operation, status: 'PENDING', wireBytes, attempts: 0, failure: null };
}

function moved(queued: QueuedOperation, event: QueueEvent, failure: Failure | null = null): QueuedOperation {
  const attempts = event === 'sent' ? queued.attempts + 1 : queued.attempts;
  return { ...queued, status: statusAfter(queued.status, event), attempts, failure };
}

function settledBy(queued: QueuedOperation, result: OperationResult | undefined): QueuedOperation {
  const { clientOpId } = queued.operation;
  if (result?.clientOpId !== clientOpId) throw new Error('the service answered other operations than it was sent');
  switch (result.status) {
    case 'SYNCED':
      return moved(queued, 'applied');
    case 'FAILED':
      return moved(queued, 'rejected', result.failure);
    case 'PENDING':
      return moved(queued, 'undecided');
    default:
      return assertNever(result.status);
  }
}
