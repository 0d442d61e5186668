import { differingKinds, parseClientOpId, type ActorId, type ClientOpId, type DirectOutput, type JsonObject, type OperationResult } from '@modula/sync-core';
import { oneAtATime } from './one-at-a-time.ts';
import { systemRuntime, type ClientRuntime } from './platform/runtime.ts';
import { uuidV7 } from './platform/uuid-v7.ts';
import { payloadOf } from './pull/cached-entity.ts';
import { pullUntilCaughtUp, type PullEvent, type PullReport } from './pull/pull-loop.ts';
import { recountProof } from './pull/verify-proof.ts';
import { drainQueue, type DrainReport } from './push/push-loop.ts';
import { createQueue, type DeviceIdentity } from './queue/queue.ts';
import type { QueuedOperation } from './queue/queued-operation.ts';
import { ALL_SCOPES } from './scopes.ts';
import { createMemoryStorage } from './storage/memory.ts';
import type { Bookmark, QueueCounts, SyncStorage } from './storage/port.ts';
import { startSyncLoop, type RunningLoop } from './sync-loop.ts';
import type { Answer, DirectRequest, Transport, TransportFailure } from './transport/port.ts';
import { createTrpcTransport } from './transport/trpc.ts';

const REQUEST_TIMEOUT_MS = 30_000;
const QUIET_DELAY_MS = 60_000;
const PAGE_LIMIT_ROWS = 500;

export interface SyncClientOptions {
  readonly url: string;
  /** The device token that enrolment gave. */
  readonly token: string;
  readonly identity: DeviceIdentity;
  /** Default: everything a till may hold. */
  readonly moduleScopes?: readonly string[];
  /** 1 to 1000, default 500. */
  readonly pageLimitRows?: number;
  /** Default: in memory, gone with the process. */
  readonly storage?: SyncStorage;
  /** Default: tRPC over HTTP to `url`. */
  readonly transport?: Transport;
  readonly runtime?: ClientRuntime;
  readonly onEvent?: (event: SyncEvent) => void;
}

export type SyncEvent =
  | PullEvent
  | { readonly kind: 'settled'; readonly operation: QueuedOperation['operation']; readonly result: OperationResult }
  | { readonly kind: 'nudged'; readonly head: number }
  | { readonly kind: 'nudgesConnected'; readonly isConnected: boolean }
  /** The loop could not go on. After `unauthorized` nothing is deleted and the queue waits for a person (Q9). */
  | { readonly kind: 'stopped'; readonly failure: TransportFailure };

export interface EnqueueRequest {
  readonly type: string;
  readonly actorId: ActorId;
  readonly payload: JsonObject;
  /** Payload schema version, default 1. */
  readonly version?: number;
  readonly dependsOn?: readonly ClientOpId[];
  /** Default: a new UUID v7. */
  readonly clientOpId?: ClientOpId;
  /** Default: now. */
  readonly occurredAt?: string;
}

export interface SyncClient {
  /** Stores the operation (Q1); it is sent by the next push. Resolves with its id. */
  enqueue(request: EnqueueRequest): Promise<ClientOpId>;
  /** Sends the queue once, until empty or stopped. */
  push(signal?: AbortSignal): Promise<DrainReport>;
  /** Pulls until caught up and checks the proof. */
  pull(signal?: AbortSignal): Promise<PullReport>;
  /** Asks the service now; for what is not allowed offline. */
  direct(type: string, call: Omit<DirectRequest, 'clientOpId' | 'branchId'> & { clientOpId?: ClientOpId }): Promise<Answer<DirectOutput>>;
  /** From now on push and pull happen by themselves, with nudges, until `dispose`. */
  start(): void;
  /** The network may be back. */
  online(): void;
  status(): Promise<SyncStatus>;
  failed(): Promise<readonly QueuedOperation[]>;
  dismiss(clientOpId: ClientOpId): Promise<boolean>;
  get(entityKind: string, entityId: string): Promise<JsonObject | null>;
  list(entityKind: string): Promise<readonly JsonObject[]>;
  /** Counts the fingerprint anew from the stored texts and compares it with the running one: kinds that differ. */
  selfCheck(): Promise<readonly string[]>;
  dispose(): Promise<void>;
}

export interface SyncStatus {
  readonly queue: QueueCounts;
  readonly bookmark: Bookmark | null;
}

/** A till's side of the sync: its queue, its copy of the branch, and the loops between them and the service. */
export function createSyncClient(options: SyncClientOptions): SyncClient {
  const runtime = options.runtime ?? systemRuntime;
  const storage = options.storage ?? createMemoryStorage();
  const transport = options.transport ?? createTrpcTransport({ url: options.url, token: options.token, requestTimeoutMs: REQUEST_TIMEOUT_MS });
  const { branchId } = options.identity;
  const queue = createQueue(storage.queue, options.identity);
  const tell = options.onEvent ?? (() => undefined);
  const newClientOpId = () => requireClientOpId(uuidV7(runtime));

  const push = oneAtATime((signal) =>
    drainQueue(
      {
        queue,
        transport,
        onSettled: (batch, results) =>
          batch.forEach(({ operation }, index) => {
            const result = results[index];
            if (result !== undefined && result.status !== 'PENDING') tell({ kind: 'settled', operation, result });
          }),
      },
      signal,
    ),
  );
  const pull = oneAtATime((signal) =>
    pullUntilCaughtUp(
      {
        cache: storage.cache,
        transport,
        branchId,
        moduleScopes: options.moduleScopes ?? ALL_SCOPES,
        pageLimitRows: options.pageLimitRows ?? PAGE_LIMIT_ROWS,
        onEvent: tell,
      },
      signal,
    ),
  );

  let loop: RunningLoop | null = null;
  let stopNudges: () => void = () => undefined;

  return {
    async enqueue(request) {
      const clientOpId = request.clientOpId ?? newClientOpId();
      await queue.enqueue({
        clientOpId,
        type: request.type,
        version: request.version ?? 1,
        branchId,
        actorId: request.actorId,
        payload: request.payload,
        dependsOn: request.dependsOn ?? [],
        occurredAt: request.occurredAt ?? new Date(runtime.nowMs()).toISOString(),
      });
      loop?.wake('enqueued');
      return clientOpId;
    },
    push,
    pull,
    direct: (type, call) => transport.direct(type, { ...call, branchId, clientOpId: call.clientOpId ?? newClientOpId() }),
    start() {
      if (loop !== null) return;
      loop = startSyncLoop({ runtime, push, pull, quietDelayMs: QUIET_DELAY_MS, onStopped: (failure) => tell({ kind: 'stopped', failure }) });
      stopNudges = transport.nudges(branchId, {
        onHead(head) {
          tell({ kind: 'nudged', head });
          loop?.wake('nudged');
        },
        onConnected: (isConnected) => tell({ kind: 'nudgesConnected', isConnected }),
      });
    },
    online: () => loop?.wake('online'),
    status: async () => ({ queue: await queue.counts(), bookmark: await storage.cache.readBookmark() }),
    failed: () => queue.listFailed(),
    dismiss: (clientOpId) => queue.dismiss(clientOpId),
    async get(entityKind, entityId) {
      const entity = await storage.cache.get(entityKind, entityId);
      return entity === null ? null : payloadOf(entity);
    },
    list: async (entityKind) => (await storage.cache.list(entityKind)).map(payloadOf),
    async selfCheck() {
      const running = await storage.cache.proof();
      const entities = await Promise.all(Object.keys(running).map((kind) => storage.cache.list(kind)));
      return differingKinds(recountProof(entities.flat()), running);
    },
    async dispose() {
      stopNudges();
      transport.close();
      await loop?.stop();
    },
  };
}

function requireClientOpId(text: string): ClientOpId {
  const id = parseClientOpId(text);
  if (id === null) throw new Error('a generated id is not a UUID');
  return id;
}
