import type { DeviceId, TenantId } from '@modula/sync-core';
import { parseBranchId, type BranchId } from '@modula/sync-core';
import type { EnvelopeOrFault } from '@modula/sync-core/wire';
import type { PushAnswer } from '../engine.ts';
import { RequestError } from '../request-error.ts';
import type { DeviceSession, SupportSession } from '../session.ts';
import { malformedAnswer } from './answer-faults.ts';
import type { Caller } from './candidate.ts';
import { deviceIsValid } from './device-is-valid.ts';
import { persistChunk } from './persist-chunk.ts';
import { candidateOf, inPlace, split, type PushDeps } from './push-batch.ts';

/** Judges a push as it would be judged now and rolls it back: same locks, same rows, same writes, nothing persists. */
export async function rehearse(
  deps: PushDeps,
  session: DeviceSession | SupportSession,
  operations: readonly EnvelopeOrFault[],
): Promise<PushAnswer> {
  const { faults, order } = split(operations);
  const results = new Map(faults.map(({ fault, place }) => [place, malformedAnswer(fault)]));
  const target = await targetOf(deps, session, order.map(({ envelope }) => envelope.operation));
  if (target !== null) {
    const { tenantId, branchId, caller } = target;
    const candidates = order.map(({ envelope }) => candidateOf(deps.registry, envelope, caller));
    const outcome = await persistChunk(deps, { tenantId, branchId, reach: 'branch', candidates, rehearse: true });
    if (outcome.unauthorized.size > 0) throw new RequestError('UNAUTHORIZED', 'The token is not valid any more.');
    order.forEach(({ place }, turn) => {
      const candidate = candidates[turn];
      const answer = candidate === undefined ? undefined : outcome.answers.get(candidate);
      if (answer !== undefined) results.set(place, answer);
    });
  }
  return { serverTime: deps.ports.now(), results: inPlace(results, operations.length) };
}

interface Target {
  readonly tenantId: TenantId;
  readonly branchId: BranchId;
  readonly caller: Caller;
}

/** In whose name it is rehearsed; null when support sent nothing that could be judged. */
async function targetOf(
  deps: PushDeps,
  session: DeviceSession | SupportSession,
  operations: readonly { readonly tenantId: TenantId; readonly deviceId: DeviceId }[],
): Promise<Target | null> {
  if (session.kind === 'device') {
    const { tenantId, deviceId, branchId, tokenHash } = session;
    const isValid = await deps.db.read(tenantId, (tx) => deviceIsValid(tx, session));
    if (!isValid) throw new RequestError('UNAUTHORIZED', 'The token is not valid any more.');
    return { tenantId, branchId, caller: { kind: 'device', tenantId, deviceId, tokenHash } };
  }
  if (operations.length === 0) return null;
  const { tenantId, deviceId } = oneDevice(operations);
  return { tenantId, branchId: await branchOf(deps, tenantId, deviceId), caller: { kind: 'device', tenantId, deviceId, tokenHash: null } };
}

function oneDevice(operations: readonly { readonly tenantId: TenantId; readonly deviceId: DeviceId }[]): { tenantId: TenantId; deviceId: DeviceId } {
  const [first] = operations;
  if (first === undefined || operations.some(({ tenantId, deviceId }) => tenantId !== first.tenantId || deviceId !== first.deviceId)) {
    throw new RequestError('BAD_REQUEST', 'Rehearse the operations of one device at a time.', {
      issues: [{ path: 'operations', message: 'must all be of one tenant and device' }],
    });
  }
  return first;
}

async function branchOf({ db }: PushDeps, tenantId: TenantId, deviceId: DeviceId) {
  const [row] = await db.read(tenantId, (tx) =>
    tx.query<{ branchId: string }>(`SELECT branch_id AS "branchId" FROM device WHERE tenant_id = $1 AND device_id = $2`, [tenantId, deviceId]),
  );
  const branchId = parseBranchId(row?.branchId);
  if (branchId === null) throw new RequestError('NOT_FOUND', 'There is no such device in this tenant.');
  return branchId;
}
