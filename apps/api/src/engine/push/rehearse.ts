import type { DeviceId, TenantId } from '@modula/sync-core';
import { parseBranchId } from '@modula/sync-core';
import type { EnvelopeOrFault } from '@modula/sync-core/wire';
import type { PushAnswer } from '../engine.ts';
import { RequestError } from '../request-error.ts';
import type { DeviceSession, SupportSession } from '../session.ts';
import type { Caller } from './candidate.ts';
import { candidateOf, split, type PushDeps } from './push-batch.ts';
import { runChunk } from './run-chunk.ts';

/** Judges a push as it would be judged now and rolls it back: same locks, same rows, same writes, nothing persists. */
export async function rehearse(
  deps: PushDeps,
  session: DeviceSession | SupportSession,
  operations: readonly EnvelopeOrFault[],
): Promise<PushAnswer> {
  const { answers, order } = split(operations);
  const [first] = order;
  if (first !== undefined) {
    const { tenantId, deviceId } = session.kind === 'device' ? session : oneDevice(order.map(({ envelope }) => envelope.operation));
    const branchId = session.kind === 'device' ? session.branchId : await branchOf(deps, tenantId, deviceId);
    const caller: Caller = { kind: 'device', tenantId, deviceId, tokenHash: session.kind === 'device' ? session.tokenHash : null };
    const candidates = order.map(({ envelope }) => candidateOf(deps.registry, envelope, caller));
    const outcome = await runChunk(deps, { tenantId, branchId, reach: 'branch', candidates, rehearse: true });
    if (outcome.unauthorized.size > 0) throw new RequestError('UNAUTHORIZED', 'The token is not valid any more.');
    order.forEach(({ place }, turn) => {
      const candidate = candidates[turn];
      if (candidate !== undefined) answers[place] = outcome.answers.get(candidate);
    });
  }
  return { serverTime: deps.ports.now(), results: answers.filter((answer) => answer !== undefined) };
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
