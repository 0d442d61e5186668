import { differingKinds, type PullPage } from '@modula/sync-core';
import { describe, expect, test } from 'vitest';
import { createMemoryStorage } from '../storage/memory.ts';
import { menuChange, pageOf, scriptedTransport } from '../testing/fake-service.ts';
import { TEST_IDENTITY } from '../testing/queued-operation.ts';
import type { Answer, PullRequest } from '../transport/port.ts';
import { effectsOfPage } from './apply-page.ts';
import { pullUntilCaughtUp, type PullEvent } from './pull-loop.ts';
import { recountProof } from './verify-proof.ts';

const coffee = menuChange({ seq: 1, entityId: 'coffee', priceMinor: 300 });
const tea = menuChange({ seq: 2, entityId: 'tea', priceMinor: 250 });
const coffeeDearer = menuChange({ seq: 3, entityId: 'coffee', priceMinor: 350 });
const teaGone = menuChange({ seq: 4, entityId: 'tea', priceMinor: null });

async function proofAfter(...pages: PullPage[]) {
  const { cache } = createMemoryStorage();
  for (const page of pages) await cache.applyPage(effectsOfPage(page));
  return cache.proof();
}

function startLoop(answers: readonly Answer<PullPage>[]) {
  const { cache } = createMemoryStorage();
  const asked: PullRequest[] = [];
  const events: PullEvent[] = [];
  const left = [...answers];
  const transport = scriptedTransport({
    pull(request) {
      asked.push(request);
      return left.shift() ?? { kind: 'unreachable', message: 'the script has ended' };
    },
  });
  const pull = () =>
    pullUntilCaughtUp({ cache, transport, branchId: TEST_IDENTITY.branchId, moduleScopes: ['menu.*'], pageLimitRows: 500, onEvent: (event) => events.push(event) });
  return { cache, asked, events, pull };
}

const served = (value: PullPage): Answer<PullPage> => ({ kind: 'ok', value });

describe('applying pages', () => {
  test('[F3] the latest state of an entity wins and a tombstone removes it', async () => {
    const { cache } = createMemoryStorage();
    await cache.applyPage(effectsOfPage(pageOf([coffee, tea, coffeeDearer, teaGone])));
    const items = await cache.list('menu.item');
    expect(items.map((item) => [item.entityId, item.seq, item.payloadText])).toEqual([
      ['coffee', 3, '{"menuItemId":"coffee","priceMinor":350}'],
    ]);
  });

  test('[P2] the running proof equals one counted from the texts, after replacing and removing', async () => {
    const { cache } = createMemoryStorage();
    await cache.applyPage(effectsOfPage(pageOf([coffee, tea, coffeeDearer])));
    await cache.applyPage(effectsOfPage(pageOf([teaGone])));
    expect(differingKinds(await cache.proof(), recountProof(await cache.list('menu.item')))).toEqual([]);
    expect(await cache.proof()).toMatchObject({ 'menu.item': { count: 1 } });
  });

  test('[Q6] the bookmark is the page\'s cursor', async () => {
    const { cache } = createMemoryStorage();
    await cache.applyPage(effectsOfPage(pageOf([coffee], { hasMore: true, head: 9 })));
    expect(await cache.readBookmark()).toEqual({ cursor: 'after-1', head: 9, isCaughtUp: false });
  });
});

describe('verifying proofs', () => {
  test('[Proof] a kind without entities equals a kind that is not named', () => {
    expect(differingKinds({ 'menu.item': { count: 0, hash: '0'.repeat(64) } }, {})).toEqual([]);
  });

  test('[Proof] a differing count or hash names the kind', async () => {
    const own = await proofAfter(pageOf([coffee]));
    expect(differingKinds(own, await proofAfter(pageOf([coffeeDearer])))).toEqual(['menu.item']);
    expect(differingKinds(own, {})).toEqual(['menu.item']);
  });
});

describe('pulling', () => {
  test('[P2] pages follow each other by cursor until nothing is left', async () => {
    const first = pageOf([coffee], { hasMore: true, proof: null, head: 2 });
    const second = pageOf([tea]);
    const proof = await proofAfter(first, second);
    const loop = startLoop([served(first), served({ ...second, proof })]);
    expect(await loop.pull()).toEqual({ end: { kind: 'caughtUp', head: 2 }, changes: 2 });
    expect(loop.asked.map((request) => request.cursor)).toEqual([null, 'after-1']);
  });

  test('[P3] a reset empties the cache and starts without a cursor', async () => {
    const proof = await proofAfter(pageOf([tea]));
    const loop = startLoop([{ kind: 'reset', reason: 'STREAM_RESET' }, served(pageOf([tea], { proof }))]);
    await loop.cache.applyPage(effectsOfPage(pageOf([coffee])));
    expect(await loop.pull()).toMatchObject({ end: { kind: 'caughtUp' } });
    expect(loop.asked.map((request) => request.cursor)).toEqual(['after-1', null]);
    expect((await loop.cache.list('menu.item')).map((item) => item.entityId)).toEqual(['tea']);
    expect(loop.events[0]).toEqual({ kind: 'reset', reason: 'STREAM_RESET' });
  });

  test('[Q8] a proof that does not match is reported and healed by a reset', async () => {
    const proof = await proofAfter(pageOf([coffee]));
    const loop = startLoop([served(pageOf([], { proof })), served(pageOf([coffee], { proof }))]);
    await loop.cache.applyPage(effectsOfPage(pageOf([coffee, tea])));
    expect(await loop.pull()).toMatchObject({ end: { kind: 'caughtUp' } });
    expect(loop.events.map((event) => event.kind)).toEqual(['page', 'proofMismatch', 'reset', 'page']);
  });

  test('[Q8] a proof that differs even after the reset is told, not repeated for ever', async () => {
    const wrong = served(pageOf([coffee], { proof: {} }));
    const loop = startLoop([wrong, wrong]);
    expect(await loop.pull()).toMatchObject({ end: { kind: 'proofMismatch', kinds: ['menu.item'] } });
    expect(loop.asked).toHaveLength(2);
  });

  test('[Q6] a lost connection keeps the pages that were applied', async () => {
    const loop = startLoop([served(pageOf([coffee], { hasMore: true, proof: null }))]);
    expect(await loop.pull()).toMatchObject({ end: { kind: 'stopped', failure: { kind: 'unreachable' } }, changes: 1 });
    expect((await loop.cache.readBookmark())?.cursor).toBe('after-1');
  });
});
