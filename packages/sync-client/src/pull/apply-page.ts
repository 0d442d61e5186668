import type { Change, PullPage } from '@modula/sync-core';
import type { CacheEffect, PageEffects } from '../storage/port.ts';
import { cachedEntityOf } from './cached-entity.ts';

/** What a page does to the cache. Pure; the storage applies it with its bookmark in one transaction (Q6). */
export function effectsOfPage(page: PullPage): PageEffects {
  return {
    effects: page.changes.map(effectOf),
    bookmark: { cursor: page.cursor, head: page.head, isCaughtUp: !page.hasMore },
  };
}

function effectOf(change: Change): CacheEffect {
  const { entityKind, entityId, payload } = change;
  if (change.opKind === 'TOMBSTONE') return { kind: 'forget', entityKind, entityId };
  if (payload === null) throw new Error(`the service served an UPSERT of ${entityKind} without a payload`);
  return { kind: 'keep', entity: cachedEntityOf({ ...change, payload }) };
}
