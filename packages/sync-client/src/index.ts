export { createSyncClient } from './sync-client.ts';
export type { EnqueueRequest, SyncClient, SyncClientOptions, SyncEvent, SyncStatus } from './sync-client.ts';
export { createMemoryStorage } from './storage/memory.ts';
export type { Bookmark, CacheEffect, CacheStorage, PageEffects, QueueCounts, QueueStorage, SyncStorage } from './storage/port.ts';
export { createTrpcTransport, type TrpcTransportOptions } from './transport/trpc.ts';
export type {
  Answer,
  DirectRequest,
  NudgeListener,
  PullRequest,
  Transport,
  TransportFailure,
} from './transport/port.ts';
export { systemRuntime, type ClientRuntime } from './platform/runtime.ts';
export { uuidV7 } from './platform/uuid-v7.ts';
export { ALL_SCOPES } from './scopes.ts';
export type { DeviceIdentity } from './queue/queue.ts';
export type { QueuedOperation, QueueStatus } from './queue/queued-operation.ts';
export type { DrainEnd, DrainReport } from './push/push-loop.ts';
export type { PullEnd, PullEvent, PullReport } from './pull/pull-loop.ts';
export type { CachedEntity } from './pull/cached-entity.ts';
export { recountProof } from './pull/verify-proof.ts';
