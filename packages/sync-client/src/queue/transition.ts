import type { QueueStatus } from './queued-operation.ts';

/**
 * What can happen to a queued operation.
 * `undecided`: the server answered PENDING. `connectionLost`: no answer came. `restarted`: the app started again.
 */
export type QueueEvent = 'sent' | 'applied' | 'rejected' | 'undecided' | 'connectionLost' | 'restarted';

/**
 * The life of a queued operation, read across. Null is a mistake of ours, never of the network's.
 * SYNCING after a restart is PENDING again (Q2): the answer, if there was one, comes back as a duplicate (G2).
 * PENDING may be applied or rejected: the answer was lost and learned another way. FAILED may be applied: support
 * staff ran it again (A5).
 */
const TRANSITIONS = {
  PENDING: { sent: 'SYNCING', applied: 'SYNCED', rejected: 'FAILED', undecided: 'PENDING', connectionLost: 'PENDING', restarted: 'PENDING' },
  SYNCING: { sent: null, applied: 'SYNCED', rejected: 'FAILED', undecided: 'PENDING', connectionLost: 'PENDING', restarted: 'PENDING' },
  SYNCED: { sent: null, applied: 'SYNCED', rejected: null, undecided: null, connectionLost: null, restarted: 'SYNCED' },
  FAILED: { sent: null, applied: 'SYNCED', rejected: 'FAILED', undecided: null, connectionLost: null, restarted: 'FAILED' },
} as const satisfies Record<QueueStatus, Record<QueueEvent, QueueStatus | null>>;

/** The status after `event`. Throws when the event cannot happen in this status. */
export function statusAfter(status: QueueStatus, event: QueueEvent): QueueStatus {
  const next = TRANSITIONS[status][event];
  if (next === null) throw new Error(`an operation that is ${status} cannot be ${event}`);
  return next;
}
