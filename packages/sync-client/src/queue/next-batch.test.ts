import { expect, test } from 'vitest';
import { queuedOperation } from '../testing/queued-operation.ts';
import { nextBatch } from './next-batch.ts';

const seqs = (batch: readonly { operation: { deviceSeq: number } }[]) => batch.map((queued) => queued.operation.deviceSeq);

test('[O1] the oldest hundred go first, in deviceSeq order', () => {
  const queue = Array.from({ length: 130 }, (_, index) => queuedOperation({ deviceSeq: index + 1 }));
  expect(seqs(nextBatch(queue))).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
});

test('a batch stays within half a mebibyte', () => {
  const queue = [1, 2, 3].map((deviceSeq) => queuedOperation({ deviceSeq, wireBytes: 200 * 1024 }));
  expect(seqs(nextBatch(queue))).toEqual([1, 2]);
});

test('an operation larger than a batch still goes, alone', () => {
  const queue = [queuedOperation({ deviceSeq: 1, wireBytes: 900 * 1024 }), queuedOperation({ deviceSeq: 2 })];
  expect(seqs(nextBatch(queue))).toEqual([1]);
});

test('[O2] nothing overtakes an operation that is in flight', () => {
  const queue = [queuedOperation({ deviceSeq: 1, status: 'SYNCING' }), queuedOperation({ deviceSeq: 2 })];
  expect(nextBatch(queue)).toEqual([]);
});

test('[Q5] a failed operation is never sent again and holds nobody back', () => {
  const queue = [queuedOperation({ deviceSeq: 1, status: 'FAILED' }), queuedOperation({ deviceSeq: 2 })];
  expect(seqs(nextBatch(queue))).toEqual([2]);
});
