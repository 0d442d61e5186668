import type { OfflineOperation } from '@modula/sync-core';
import { parseActorId, parseBranchId, parseClientOpId, parseDeviceId, parseTenantId, payloadHash } from '@modula/sync-core';
import type { QueuedOperation, QueueStatus } from '../queue/queued-operation.ts';

/** A parsed id, or a broken test. */
export function known<Id>(id: Id | null): Id {
  if (id === null) throw new Error('a test id is not a UUID');
  return id;
}

export const TEST_IDENTITY = {
  tenantId: known(parseTenantId('019a0000-0000-7000-8000-000000000001')),
  branchId: known(parseBranchId('019a0000-0000-7000-8000-000000000002')),
  deviceId: known(parseDeviceId('019a0000-0000-7000-8000-000000000003')),
};

export const TEST_ACTOR = known(parseActorId('019a0000-0000-7000-8000-000000000004'));

export function clientOpIdOf(deviceSeq: number) {
  return known(parseClientOpId(`019a0000-0000-7000-9000-${String(deviceSeq).padStart(12, '0')}`));
}

export function offlineOperation(deviceSeq: number): OfflineOperation {
  const payload = { workId: `work-${deviceSeq}` };
  return {
    ...TEST_IDENTITY,
    clientOpId: clientOpIdOf(deviceSeq),
    deviceSeq,
    type: 'attendance.startWork',
    version: 1,
    actorId: TEST_ACTOR,
    payload,
    payloadHash: payloadHash(payload),
    dependsOn: [],
    occurredAt: '2026-01-01T00:00:00.000Z',
  };
}

export function queuedOperation(facts: { deviceSeq: number; status?: QueueStatus; wireBytes?: number }): QueuedOperation {
  return {
    operation: offlineOperation(facts.deviceSeq),
    status: facts.status ?? 'PENDING',
    wireBytes: facts.wireBytes ?? 600,
    attempts: 0,
    failure: null,
  };
}
