import { differingKinds, type BranchId, type PullPage } from '@modula/sync-core';
import type { CacheStorage } from '../storage/port.ts';
import type { Transport, TransportFailure } from '../transport/port.ts';
import { effectsOfPage } from './apply-page.ts';

export interface PullLoop {
  readonly cache: CacheStorage;
  readonly transport: Transport;
  readonly branchId: BranchId;
  readonly moduleScopes: readonly string[];
  readonly pageLimitRows: number;
  onEvent(event: PullEvent): void;
}

export type PullEvent =
  | { readonly kind: 'page'; readonly changes: number; readonly head: number }
  | { readonly kind: 'reset'; readonly reason: string }
  | { readonly kind: 'proofMismatch'; readonly kinds: readonly string[] };

export interface PullReport {
  readonly end: PullEnd;
  readonly changes: number;
}

export type PullEnd =
  /** The cache is the stream's live state at `head`, and the proof says so. */
  | { readonly kind: 'caughtUp'; readonly head: number }
  /** The proof differs even after a reset: a fault of the service or of this SDK. The cache is kept. */
  | { readonly kind: 'proofMismatch'; readonly kinds: readonly string[] }
  | { readonly kind: 'stopped'; readonly failure: TransportFailure };

/**
 * Pulls pages until nothing is left, then checks the proof against this device's own cache. A reset, asked for
 * by the server (P3) or by a proof that differs (Q8), replaces the cache and leaves the queue alone. Each kind of
 * reset happens once per call, so that a broken service cannot keep a till busy for ever.
 */
export async function pullUntilCaughtUp(loop: PullLoop, signal?: AbortSignal): Promise<PullReport> {
  let cursor = (await loop.cache.readBookmark())?.cursor ?? null;
  let changes = 0;
  let mayReset = true;
  let mayHeal = true;
  for (;;) {
    const { branchId, moduleScopes, pageLimitRows: limit } = loop;
    const answer = await loop.transport.pull({ branchId, moduleScopes, cursor, limit }, signal);
    if (answer.kind === 'reset' && mayReset) {
      mayReset = false;
      cursor = await startAgain(loop, { kind: 'reset', reason: answer.reason });
      continue;
    }
    if (answer.kind !== 'ok') return { end: { kind: 'stopped', failure: answer }, changes };

    const page = answer.value;
    await loop.cache.applyPage(effectsOfPage(page));
    loop.onEvent({ kind: 'page', changes: page.changes.length, head: page.head });
    changes += page.changes.length;
    cursor = page.cursor;
    if (page.hasMore) continue;

    const kinds = await kindsThatDiffer(loop.cache, page);
    if (kinds.length === 0) return { end: { kind: 'caughtUp', head: page.head }, changes };
    loop.onEvent({ kind: 'proofMismatch', kinds });
    if (!mayHeal) return { end: { kind: 'proofMismatch', kinds }, changes };
    mayHeal = false;
    cursor = await startAgain(loop, { kind: 'reset', reason: 'PROOF_MISMATCH' });
  }
}

async function startAgain(loop: PullLoop, event: PullEvent): Promise<null> {
  loop.onEvent(event);
  await loop.cache.clear();
  return null;
}

async function kindsThatDiffer(cache: CacheStorage, page: PullPage): Promise<readonly string[]> {
  if (page.proof === null) throw new Error('the service served a last page without a proof');
  return differingKinds(await cache.proof(), page.proof);
}
