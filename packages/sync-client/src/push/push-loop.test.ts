import type { OfflineOperation, PushOutput } from '@modula/sync-core';
import { expect, test } from 'vitest';
import { createQueue } from '../queue/queue.ts';
import { createMemoryStorage } from '../storage/memory.ts';
import { resultOf, scriptedTransport } from '../testing/fake-service.ts';
import { clientOpIdOf, TEST_ACTOR, TEST_IDENTITY } from '../testing/queued-operation.ts';
import type { Answer } from '../transport/port.ts';
import { drainQueue } from './push-loop.ts';

const ok = (results: PushOutput['results']): Answer<PushOutput> => ({ kind: 'ok', value: { serverTime: '2026-01-01T00:00:00.000Z', results } });

async function startDrain(options: { operations: number; answer: (sent: readonly OfflineOperation[], call: number) => Answer<PushOutput> }) {
  const storage = createMemoryStorage();
  const queue = createQueue(storage.queue, TEST_IDENTITY);
  for (let index = 1; index <= options.operations; index += 1) {
    await queue.enqueue({
      clientOpId: clientOpIdOf(index),
      type: 'attendance.startWork',
      version: 1,
      branchId: TEST_IDENTITY.branchId,
      actorId: TEST_ACTOR,
      payload: { workId: `work-${index}` },
      dependsOn: [],
      occurredAt: '2026-01-01T00:00:00.000Z',
    });
  }
  const sent: string[][] = [];
  const transport = scriptedTransport({
    push(operations) {
      sent.push(operations.map((operation) => operation.clientOpId));
      return options.answer(operations, sent.length);
    },
  });
  return { storage, queue, sent, drain: () => drainQueue({ queue, transport, onSettled: () => undefined }) };
}

test('[O1] the queue drains in batches of a hundred, oldest first', async () => {
  const { queue, sent, drain } = await startDrain({ operations: 230, answer: (operations) => ok(operations.map((operation) => resultOf(operation))) });
  expect(await drain()).toEqual({ end: { kind: 'empty' }, synced: 230, failed: 0 });
  expect(sent.map((batch) => batch.length)).toEqual([100, 100, 30]);
  expect(sent.flat()).toEqual(sent.flat().toSorted());
  expect(await queue.counts()).toEqual({ pending: 0, syncing: 0, failed: 0 });
});

test('[G1] an answer that was lost is asked for again with the same ids', async () => {
  const { queue, sent, drain } = await startDrain({
    operations: 3,
    answer: (operations, call) =>
      call === 1 ? { kind: 'unreachable', message: 'gone' } : ok(operations.map((operation) => resultOf(operation, { duplicate: true }))),
  });
  expect(await drain()).toMatchObject({ end: { kind: 'stopped', failure: { kind: 'unreachable' } } });
  expect(await queue.counts()).toEqual({ pending: 3, syncing: 0, failed: 0 });
  expect(await drain()).toMatchObject({ end: { kind: 'empty' }, synced: 3 });
  expect(sent[1]).toEqual(sent[0]);
});

test('[O3] what the server left PENDING stays, with the longest wait it asked for', async () => {
  const { queue, drain } = await startDrain({
    operations: 3,
    answer: (operations) =>
      ok(operations.map((operation, index) => resultOf(operation, index === 0 ? {} : { status: 'PENDING', retryAfterMs: index * 1_000 }))),
  });
  expect(await drain()).toEqual({ end: { kind: 'undecided', retryAfterMs: 2_000 }, synced: 1, failed: 0 });
  expect(await queue.counts()).toEqual({ pending: 2, syncing: 0, failed: 0 });
});

test('[Q5] a failed operation is kept with its failure until a person dismisses it', async () => {
  const failure = { code: 'BRANCH_FROZEN', message: 'frozen', details: null, evidence: null };
  const { queue, sent, drain } = await startDrain({
    operations: 2,
    answer: (operations) => ok(operations.map((operation, index) => resultOf(operation, index === 0 ? { status: 'FAILED', failure } : {}))),
  });
  expect(await drain()).toMatchObject({ end: { kind: 'empty' }, synced: 1, failed: 1 });
  await drain();
  expect(sent).toHaveLength(1);
  expect((await queue.listFailed()).map((queued) => queued.failure)).toEqual([failure]);
  expect(await queue.dismiss(clientOpIdOf(1))).toBe(true);
  expect(await queue.listFailed()).toEqual([]);
});

test('[Q2] what a crash left SYNCING goes out again with the same ids', async () => {
  const { queue, sent, drain } = await startDrain({ operations: 2, answer: (operations) => ok(operations.map((operation) => resultOf(operation))) });
  await queue.markSent(await queue.listOpen(10));
  expect(await drain()).toMatchObject({ end: { kind: 'empty' }, synced: 2 });
  expect(sent).toHaveLength(1);
});
