import { xorHash, ZERO_HASH, type ProofOfKind } from '@modula/sync-core';
import type { CachedEntity } from '../pull/cached-entity.ts';
import type { QueuedOperation } from '../queue/queued-operation.ts';
import type { Bookmark, CacheEffect, CacheStorage, QueueStorage, SyncStorage } from './port.ts';

/** A store that lives as long as the process: for tests, simulations and tools, not for a till with real money. */
export function createMemoryStorage(options: { firstDeviceSeq?: number } = {}): SyncStorage {
  return { queue: createMemoryQueue(options.firstDeviceSeq ?? 1), cache: createMemoryCache() };
}

function createMemoryQueue(firstDeviceSeq: number): QueueStorage {
  // A Map keeps insertion order and put() replaces in place, so iteration is deviceSeq order.
  const operations = new Map<string, QueuedOperation>();
  let nextDeviceSeq = firstDeviceSeq;
  const having = (...statuses: QueuedOperation['status'][]) =>
    [...operations.values()].filter((queued) => statuses.includes(queued.status));

  return {
    async append(make) {
      const queued = make(nextDeviceSeq);
      if (operations.has(queued.operation.clientOpId)) throw new Error('a clientOpId was enqueued twice');
      nextDeviceSeq += 1;
      operations.set(queued.operation.clientOpId, queued);
      return queued;
    },
    listOpen: async (limitRows) => having('PENDING', 'SYNCING').slice(0, limitRows),
    listFailed: async () => having('FAILED'),
    find: async (clientOpId) => operations.get(clientOpId) ?? null,
    async put(changed) {
      for (const queued of changed) operations.set(queued.operation.clientOpId, queued);
    },
    async remove(clientOpIds) {
      for (const clientOpId of clientOpIds) operations.delete(clientOpId);
    },
    counts: async () => ({
      pending: having('PENDING').length,
      syncing: having('SYNCING').length,
      failed: having('FAILED').length,
    }),
  };
}

function createMemoryCache(): CacheStorage {
  const kinds = new Map<string, Map<string, CachedEntity>>();
  const proof = new Map<string, ProofOfKind>();
  let bookmark: Bookmark | null = null;

  const toggle = (entity: CachedEntity, countStep: 1 | -1) => {
    const { count, hash } = proof.get(entity.entityKind) ?? { count: 0, hash: ZERO_HASH };
    proof.set(entity.entityKind, { count: count + countStep, hash: xorHash(hash, entity.proofHash) });
  };
  const forget = (entityKind: string, entityId: string) => {
    const held = kinds.get(entityKind)?.get(entityId);
    if (held === undefined) return;
    kinds.get(entityKind)?.delete(entityId);
    toggle(held, -1);
  };
  const keep = (entity: CachedEntity) => {
    forget(entity.entityKind, entity.entityId);
    const entities = kinds.get(entity.entityKind) ?? new Map<string, CachedEntity>();
    kinds.set(entity.entityKind, entities.set(entity.entityId, entity));
    toggle(entity, 1);
  };
  const apply = (effect: CacheEffect) => (effect.kind === 'keep' ? keep(effect.entity) : forget(effect.entityKind, effect.entityId));

  return {
    readBookmark: async () => bookmark,
    async applyPage(page) {
      page.effects.forEach(apply);
      bookmark = page.bookmark;
    },
    async clear() {
      kinds.clear();
      proof.clear();
      bookmark = null;
    },
    get: async (entityKind, entityId) => kinds.get(entityKind)?.get(entityId) ?? null,
    list: async (entityKind) => [...(kinds.get(entityKind)?.values() ?? [])],
    proof: async () => Object.fromEntries(proof),
  };
}
