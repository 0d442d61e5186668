import { backoffDelayMs } from './push/backoff.ts';
import type { DrainReport } from './push/push-loop.ts';
import type { PullReport } from './pull/pull-loop.ts';
import type { ClientRuntime } from './platform/runtime.ts';
import type { TransportFailure } from './transport/port.ts';

export interface SyncLoop {
  readonly runtime: ClientRuntime;
  push(signal: AbortSignal): Promise<DrainReport>;
  pull(signal: AbortSignal): Promise<PullReport>;
  /** How long a quiet client waits before it looks by itself: nudges may be lost. */
  readonly quietDelayMs: number;
  /** A round ended early. After `unauthorized` a person has to act (Q9); all else is tried again by itself. */
  onStopped(failure: TransportFailure): void;
}

export interface RunningLoop {
  /** Something happened that makes a round worthwhile: an enqueue, a nudge, a network that came back. */
  wake(reason: 'enqueued' | 'nudged' | 'online'): void;
  stop(): Promise<void>;
}

/** Push, pull, wait, again (Q4, Q6). The only place that decides when the network is asked. */
export function startSyncLoop(loop: SyncLoop): RunningLoop {
  const stopping = new AbortController();
  let alarm = new AbortController();
  let failuresInARow = 0;

  const done = (async () => {
    while (!stopping.signal.aborted) {
      alarm = new AbortController();
      const next = await runRound(loop, stopping.signal);
      failuresInARow = next.kind === 'failed' ? failuresInARow + 1 : 0;
      await loop.runtime.sleep(delayAfter(next, { loop, failuresInARow }), AbortSignal.any([stopping.signal, alarm.signal]));
    }
  })();

  return {
    wake(reason) {
      // A new sale must not break into a backoff: a dead service would be asked once per sale.
      if (reason === 'enqueued' && failuresInARow > 0) return;
      alarm.abort();
    },
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

type RoundEnd =
  | { readonly kind: 'quiet' }
  | { readonly kind: 'failed'; readonly retryAfterMs: number | null };

async function runRound(loop: SyncLoop, signal: AbortSignal): Promise<RoundEnd> {
  const pushed = await loop.push(signal);
  if (pushed.end.kind === 'stopped') return endOf(loop, pushed.end.failure);
  const pulled = await loop.pull(signal);
  if (pulled.end.kind === 'stopped') return endOf(loop, pulled.end.failure);
  if (pushed.end.kind === 'undecided') return { kind: 'failed', retryAfterMs: pushed.end.retryAfterMs };
  return pulled.end.kind === 'caughtUp' ? { kind: 'quiet' } : { kind: 'failed', retryAfterMs: null };
}

function endOf(loop: SyncLoop, failure: TransportFailure): RoundEnd {
  loop.onStopped(failure);
  // Asking again with a dead token helps nobody; the slow timer still does, in case the token lives again.
  if (failure.kind === 'unauthorized') return { kind: 'quiet' };
  return { kind: 'failed', retryAfterMs: failure.kind === 'busy' ? failure.retryAfterMs : null };
}

function delayAfter(end: RoundEnd, state: { loop: SyncLoop; failuresInARow: number }): number {
  const { runtime, quietDelayMs } = state.loop;
  if (end.kind !== 'failed') return quietDelayMs;
  return backoffDelayMs(state.failuresInARow - 1, { random: runtime.random(), retryAfterMs: end.retryAfterMs });
}
