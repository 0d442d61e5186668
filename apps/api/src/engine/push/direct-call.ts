import { RequestError } from '../request-error.ts';
import type { DirectCall } from '../engine.ts';
import type { OperationResult } from '@modula/sync-core';
import type { ActorSession, DeviceSession } from '../session.ts';
import { inspect, type Caller, type ClaimedOperation } from './candidate.ts';
import type { PushDeps } from './push-batch.ts';
import type { Place } from './stream-lanes.ts';

/** The direct lane: the same gate, authority and feed as a push, with one operation and no order of its own. */
export async function directCall(deps: PushDeps, session: DeviceSession | ActorSession, call: DirectCall): Promise<OperationResult> {
  const { registry, ports, lanes } = deps;
  const { tenantId } = session;
  const deviceId = session.kind === 'device' ? session.deviceId : null;
  const caller: Caller =
    session.kind === 'device'
      ? { kind: 'device', tenantId, deviceId: session.deviceId, tokenHash: session.tokenHash }
      : { kind: 'actor', tenantId, actorId: session.actorId, tokenHash: session.tokenHash };
  const operation: ClaimedOperation = {
    ...call,
    tenantId,
    deviceId,
    deviceSeq: null,
    version: 1,
    payloadHash: null,
    occurredAt: ports.now(),
  };
  const place: Place = {
    tenantId,
    branchId: session.kind === 'device' ? session.branchId : call.branchId,
    reach: registry.find(call.type)?.contract.scope ?? 'branch',
  };
  const candidate = inspect(registry, operation, { asSent: call.clientOpId, lane: 'direct', caller });
  const [answer] = await lanes.submit(place, [candidate]);
  if (answer === undefined) throw new Error('a direct call was not answered');
  if (answer.status !== 'PENDING') return answer;
  // Nothing was decided; the caller may repeat it under the same clientOpId.
  throw new RequestError('SERVICE_UNAVAILABLE', 'The operation could not be decided now; repeat it with the same clientOpId.', {
    retryAfterMs: answer.retryAfterMs ?? 1_000,
  });
}
