import type { Proof } from '@modula/sync-core';
import type { CachedEntity } from '../pull/cached-entity.ts';
import type { QueuedOperation } from '../queue/queued-operation.ts';

/**
 * What the SDK asks of a store. Each method is one local transaction: all of it happens, or nothing. `memory.ts`
 * keeps nothing across a restart; durable stores keep everything here (Q1).
 */
export interface SyncStorage {
  readonly queue: QueueStorage;
  readonly cache: CacheStorage;
}

export interface QueueStorage {
  /** Takes the device's next `deviceSeq` and stores what `make` builds with it. No number is ever given twice. */
  append(make: (deviceSeq: number) => QueuedOperation): Promise<QueuedOperation>;
  /** PENDING and SYNCING operations by `deviceSeq`, at most `limitRows`. */
  listOpen(limitRows: number): Promise<readonly QueuedOperation[]>;
  listFailed(): Promise<readonly QueuedOperation[]>;
  find(clientOpId: string): Promise<QueuedOperation | null>;
  /** Replaces operations that are stored already. */
  put(operations: readonly QueuedOperation[]): Promise<void>;
  remove(clientOpIds: readonly string[]): Promise<void>;
  counts(): Promise<QueueCounts>;
}

export interface QueueCounts {
  readonly pending: number;
  readonly syncing: number;
  readonly failed: number;
}

export interface CacheStorage {
  readBookmark(): Promise<Bookmark | null>;
  /** A page's changes and its bookmark together (Q6): after a crash the cache is at a page's end, never inside one. */
  applyPage(page: PageEffects): Promise<void>;
  /** Forgets all entities and the bookmark. The queue is not touched. */
  clear(): Promise<void>;
  get(entityKind: string, entityId: string): Promise<CachedEntity | null>;
  list(entityKind: string): Promise<readonly CachedEntity[]>;
  /** The running fingerprint of what is stored, per kind that ever had an entity. */
  proof(): Promise<Proof>;
}

/** How far the cache has come. */
export interface Bookmark {
  readonly cursor: string;
  /** The stream's head when the page was served. */
  readonly head: number;
  /** The cache was the stream's whole live state at `head`. */
  readonly isCaughtUp: boolean;
}

export interface PageEffects {
  /** In `seq` order: a later one of the same entity wins. */
  readonly effects: readonly CacheEffect[];
  readonly bookmark: Bookmark;
}

export type CacheEffect =
  | { readonly kind: 'keep'; readonly entity: CachedEntity }
  | { readonly kind: 'forget'; readonly entityKind: string; readonly entityId: string };
