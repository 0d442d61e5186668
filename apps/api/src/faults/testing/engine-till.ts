import { parseBranchId, parseDeviceId, parseTenantId, type OfflineOperation, type OperationResult } from '@modula/sync-core';
import { parsePushInput } from '@modula/sync-core/wire';
import { secretHash } from '../../admin/secrets/token.ts';
import type { Engine } from '../../engine/engine.ts';
import type { DeviceSession } from '../../engine/session.ts';
import { wireTill, type TestBranch, type WireTill } from './wire-till.ts';

/** A till that talks to engines of this process, through the same parser as the door. */
export interface EngineTill extends Pick<WireTill, 'operation'> {
  readonly session: DeviceSession;
  pushTo(engine: Engine, operations: readonly OfflineOperation[]): Promise<readonly OperationResult[]>;
}

export function engineTill(branch: TestBranch, index = 0): EngineTill {
  const device = branch.devices[index];
  if (device === undefined) throw new Error('the branch has no such till');
  const tenantId = parseTenantId(branch.tenantId);
  const branchId = parseBranchId(branch.branchId);
  const deviceId = parseDeviceId(device.deviceId);
  if (tenantId === null || branchId === null || deviceId === null) throw new Error('provisioning answered something else than UUIDs');
  const session: DeviceSession = { kind: 'device', tenantId, branchId, deviceId, tokenHash: secretHash(device.deviceToken) };
  return {
    session,
    operation: wireTill(branch, device).operation,
    async pushTo(engine, operations) {
      const input = parsePushInput({ operations });
      if (input.kind === 'bad') throw new Error(JSON.stringify(input.issues));
      return (await engine.push(session, input.operations)).results;
    },
  };
}
