import type { QueuedOperation } from './queued-operation.ts';

export interface BatchLimits {
  readonly operationsMax: number;
  readonly bytesMax: number;
}

/** Half of what the server admits (LIMITS), so that a batch never fails on its size alone. */
export const BATCH_LIMITS: BatchLimits = { operationsMax: 100, bytesMax: 512 * 1024 };

/**
 * Which operations go in the next push: the oldest open ones, in `deviceSeq` order, without a gap. An operation that
 * is in flight holds back all that follow, because sending a later one first would make the earlier one a
 * DEVICE_ORDER_VIOLATION (O2). The first one always goes, whatever its size.
 */
export function nextBatch(queue: readonly QueuedOperation[], limits: BatchLimits = BATCH_LIMITS): readonly QueuedOperation[] {
  const batch: QueuedOperation[] = [];
  let batchBytes = 0;
  for (const queued of queue) {
    if (queued.status === 'SYNCED' || queued.status === 'FAILED') continue;
    if (queued.status === 'SYNCING') break;
    const isTooMuch = batch.length === limits.operationsMax || batchBytes + queued.wireBytes > limits.bytesMax;
    if (isTooMuch && batch.length > 0) break;
    batch.push(queued);
    batchBytes += queued.wireBytes;
  }
  return batch;
}
