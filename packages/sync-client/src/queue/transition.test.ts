import { describe, expect, test } from 'vitest';
import type { QueueStatus } from './queued-operation.ts';
import { statusAfter, type QueueEvent } from './transition.ts';

// Written out a second time on purpose: a changed table must be changed twice.
const EXPECTED: Record<QueueStatus, Record<QueueEvent, QueueStatus | 'impossible'>> = {
  PENDING: { sent: 'SYNCING', applied: 'SYNCED', rejected: 'FAILED', undecided: 'PENDING', connectionLost: 'PENDING', restarted: 'PENDING' },
  SYNCING: { sent: 'impossible', applied: 'SYNCED', rejected: 'FAILED', undecided: 'PENDING', connectionLost: 'PENDING', restarted: 'PENDING' },
  SYNCED: { sent: 'impossible', applied: 'SYNCED', rejected: 'impossible', undecided: 'impossible', connectionLost: 'impossible', restarted: 'SYNCED' },
  FAILED: { sent: 'impossible', applied: 'SYNCED', rejected: 'FAILED', undecided: 'impossible', connectionLost: 'impossible', restarted: 'FAILED' },
};

function outcomeOf(status: QueueStatus, event: QueueEvent): QueueStatus | 'impossible' {
  try {
    return statusAfter(status, event);
  } catch {
    return 'impossible';
  }
}

describe('the queue transition table', () => {
  for (const [status, row] of Object.entries(EXPECTED)) {
    for (const [event, next] of Object.entries(row)) {
      test(`[Q2] ${status} + ${event} → ${next}`, () => {
        expect(outcomeOf(status as QueueStatus, event as QueueEvent)).toBe(next);
      });
    }
  }
});
