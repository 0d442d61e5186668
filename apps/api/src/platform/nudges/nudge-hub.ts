import type { Database } from '@modula/db';
import type { TenantId } from '@modula/sync-core';
import type { NudgeSink } from '../../engine/engine.ts';
import { RequestError } from '../../engine/request-error.ts';
import type { DeviceSession } from '../../engine/session.ts';
import type { Log } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import { sleep } from '../sleep.ts';
import { createLookAgain } from './look-again.ts';
import { createNotifier } from './notifier.ts';
import { decodeNudges, encodeNudges, NUDGE_CHANNEL, type StreamMoved } from './nudge-message.ts';
import { readSubscriberStates, type SubscriberState } from './stream-heads.ts';
import { createSubscriptions, type Subscription } from './subscriptions.ts';

/** Tells subscribers that their stream moved: those of this node at once, those of other nodes through the database. */
export interface NudgeHub extends NudgeSink {
  /**
   * Heads of the device's stream: the present one first, then whenever it moves. Ends with the signal; throws
   * when the device loses its token or its branch, and SERVICE_UNAVAILABLE when the node drains.
   */
  heads(session: DeviceSession, signal: AbortSignal): AsyncGenerator<number, void, undefined>;
  start(): Promise<void>;
  close(): Promise<void>;
}

export interface NudgeHubOptions {
  readonly db: Database;
  readonly nodeId: string;
  readonly log: Log;
  readonly metrics: Metrics;
  /** The slow poll that makes a lost notification harmless, and ends subscriptions that lost their right. */
  readonly pollEveryMs: number;
}

const REST_BETWEEN_NOTIFIES_MS = 5;
const RETRY_AFTER_MS = 1_000;

export function createNudgeHub({ db, nodeId, log, metrics, pollEveryMs }: NudgeHubOptions): NudgeHub {
  const subscriptions = createSubscriptions();
  const closing = new AbortController();
  const notifier = createNotifier({
    async send(moved) {
      for (const message of encodeNudges(nodeId, moved)) await db.notify(NUDGE_CHANNEL, message);
      metrics.nudgesSent.inc(moved.length);
    },
    rest: () => sleep(REST_BETWEEN_NOTIFIES_MS, closing.signal),
    failed: (error) => log.warn({ err: error }, 'notify failed; other nodes will poll'),
  });
  let unlisten: (() => Promise<void>) | null = null;
  let polling: Promise<void> = Promise.resolve();

  function deliver(moved: StreamMoved): void {
    if (moved.branchId === null || moved.head === null) return lookAgain(moved.tenantId);
    for (const { heads } of subscriptions.ofBranch(moved.tenantId, moved.branchId)) heads.offer(moved.head);
  }

  // An import of a catalogue moves all streams of its tenant hundreds of times a second.
  const lookAgain = createLookAgain((tenantId: TenantId) =>
    refreshTenant(tenantId).catch((error: unknown) => log.warn({ err: error }, 'stream heads not read; the poll will')),
  );

  async function refreshTenant(tenantId: TenantId): Promise<void> {
    const subscribed = subscriptions.ofTenant(tenantId);
    if (subscribed.length === 0) return;
    const states = await readSubscriberStates(db, tenantId, {
      deviceIds: subscribed.map(({ session }) => session.deviceId),
      tokenHashes: subscribed.map(({ session }) => session.tokenHash),
    });
    for (const subscription of subscribed) apply(subscription, states.get(subscription.session.tokenHash));
  }

  async function pollForEver(): Promise<void> {
    while (!closing.signal.aborted) {
      await sleep(pollEveryMs, closing.signal);
      for (const tenantId of closing.signal.aborted ? [] : subscriptions.tenants()) {
        await refreshTenant(tenantId).catch((error: unknown) => log.warn({ err: error }, 'poll of stream heads failed'));
      }
    }
  }

  return {
    moved(tenantId, branchId, head) {
      const moved = { tenantId, branchId, head };
      deliver(moved);
      notifier.add(moved);
    },

    async *heads(session, signal) {
      const subscription = subscriptions.add(session);
      const stop = () => subscription.heads.end(null);
      signal.addEventListener('abort', stop, { once: true });
      metrics.subscribers.inc();
      try {
        if (closing.signal.aborted || signal.aborted) return;
        // Subscribed before the head is read, so that a commit in between is not missed.
        const states = await readSubscriberStates(db, session.tenantId, {
          deviceIds: [session.deviceId],
          tokenHashes: [session.tokenHash],
        });
        apply(subscription, states.get(session.tokenHash));
        for (let head = await subscription.heads.next(); head !== null; head = await subscription.heads.next()) yield head;
      } finally {
        metrics.subscribers.dec();
        signal.removeEventListener('abort', stop);
        subscriptions.remove(subscription);
      }
    },

    async start() {
      unlisten = await db.listen(
        NUDGE_CHANNEL,
        (payload) => {
          const { nodeId: sender, moved } = decodeNudges(payload);
          if (sender === nodeId) return;
          metrics.nudgesReceived.inc(moved.length);
          for (const movement of moved) deliver(movement);
        },
        // Called after each reconnect: what was sent in between is lost.
        () => {
          for (const tenantId of subscriptions.tenants()) lookAgain(tenantId);
        },
      );
      polling = pollForEver();
    },

    async close() {
      closing.abort();
      // An error that clients retry: after a plain end they would think that there is nothing more to hear.
      const goingDown = new RequestError('SERVICE_UNAVAILABLE', 'This node is going down; listen again.', { retryAfterMs: RETRY_AFTER_MS });
      for (const { heads } of subscriptions.all()) heads.end(goingDown);
      await notifier.flushed();
      await unlisten?.();
      await polling;
    },
  };
}

function apply({ session, heads }: Subscription, state: SubscriberState | undefined): void {
  if (state === undefined) return heads.end(new RequestError('UNAUTHORIZED', 'A valid token is needed.'));
  if (state.branchId !== session.branchId || state.branchStatus === 'ARCHIVED') {
    return heads.end(new RequestError('FORBIDDEN', 'The device has no access to this branch.'));
  }
  heads.offer(state.head);
}
