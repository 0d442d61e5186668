import type { OperationResult } from '@modula/sync-core';
import { BATCH_LIMITS, nextBatch, type BatchLimits } from '../queue/next-batch.ts';
import type { OperationQueue } from '../queue/queue.ts';
import type { QueuedOperation } from '../queue/queued-operation.ts';
import type { Transport, TransportFailure } from '../transport/port.ts';

export interface PushLoop {
  readonly queue: OperationQueue;
  readonly transport: Transport;
  readonly limits?: BatchLimits;
  /** Called once per settled batch, after the queue knows. */
  onSettled(batch: readonly QueuedOperation[], results: readonly OperationResult[]): void;
}

/** How a drain ended, and what the server decided meanwhile. */
export interface DrainReport {
  readonly end: DrainEnd;
  readonly synced: number;
  readonly failed: number;
}

export type DrainEnd =
  | { readonly kind: 'empty' }
  /** The server decided nothing on the rest; it named a wait. */
  | { readonly kind: 'undecided'; readonly retryAfterMs: number | null }
  | { readonly kind: 'stopped'; readonly failure: TransportFailure };

/**
 * Sends the queue, batch by batch, until it is empty or somebody says stop. At least once on the network, exactly
 * once in effect (G1): a batch whose answer was lost is PENDING again and goes out with the same ids. Waiting
 * between drains is the caller's; no operation is ever dropped here.
 */
export async function drainQueue(loop: PushLoop, signal?: AbortSignal): Promise<DrainReport> {
  const limits = loop.limits ?? BATCH_LIMITS;
  let synced = 0;
  let failed = 0;
  await loop.queue.recover();
  for (;;) {
    const batch = nextBatch(await loop.queue.listOpen(limits.operationsMax), limits);
    if (batch.length === 0) return { end: { kind: 'empty' }, synced, failed };

    await loop.queue.markSent(batch);
    const answer = await loop.transport.push(batch.map((queued) => queued.operation), signal);
    if (answer.kind !== 'ok') {
      await loop.queue.markLost(batch);
      return { end: { kind: 'stopped', failure: answer }, synced, failed };
    }

    const { results } = answer.value;
    await loop.queue.settle(batch, results);
    loop.onSettled(batch, results);
    synced += countOf(results, 'SYNCED');
    failed += countOf(results, 'FAILED');
    if (countOf(results, 'PENDING') > 0) return { end: { kind: 'undecided', retryAfterMs: longestWait(results) }, synced, failed };
  }
}

function countOf(results: readonly OperationResult[], status: OperationResult['status']): number {
  return results.filter((result) => result.status === status).length;
}

function longestWait(results: readonly OperationResult[]): number | null {
  const waits = results.map((result) => result.retryAfterMs).filter((wait) => wait !== null);
  return waits.length === 0 ? null : Math.max(...waits);
}
