import type { Change, OfflineOperation, OperationResult, PullPage, PushOutput } from '@modula/sync-core';
import type { Answer, PullRequest, Transport } from '../transport/port.ts';

type Scripted<Request, Value> = (request: Request) => Answer<Value>;

/** A network whose answers a test writes. Unscripted calls are a broken test. */
export function scriptedTransport(script: {
  push?: Scripted<readonly OfflineOperation[], PushOutput>;
  pull?: Scripted<PullRequest, PullPage>;
}): Transport {
  const unscripted = () => {
    throw new Error('the test did not script this call');
  };
  return {
    push: async (operations) => (script.push ?? unscripted)(operations),
    pull: async (request) => (script.pull ?? unscripted)(request),
    outcomes: unscripted,
    direct: unscripted,
    nudges: () => () => undefined,
    close: () => undefined,
  };
}

export function resultOf(operation: OfflineOperation, changed: Partial<OperationResult> = {}): OperationResult {
  return {
    clientOpId: operation.clientOpId,
    duplicate: false,
    status: 'SYNCED',
    result: null,
    streamSeq: operation.deviceSeq,
    failure: null,
    retryAfterMs: null,
    ...changed,
  };
}

export function menuChange(facts: { seq: number; entityId: string; priceMinor: number | null }): Change {
  return {
    seq: facts.seq,
    entityKind: 'menu.item',
    entityId: facts.entityId,
    opKind: facts.priceMinor === null ? 'TOMBSTONE' : 'UPSERT',
    payload: facts.priceMinor === null ? null : { menuItemId: facts.entityId, priceMinor: facts.priceMinor },
    occurredAt: '2026-01-01T00:00:00.000Z',
    actorId: null,
    clientOpId: null,
  };
}

export function pageOf(changes: readonly Change[], changed: Partial<PullPage> = {}): PullPage {
  const last = changes.at(-1)?.seq ?? 0;
  return {
    changes,
    cursor: `after-${last}`,
    hasMore: false,
    head: last,
    liveCount: changes.length,
    serverTime: '2026-01-01T00:00:00.000Z',
    proof: {},
    ...changed,
  };
}
