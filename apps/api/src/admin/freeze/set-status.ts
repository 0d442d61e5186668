import type { Database } from '@modula/db';
import type { ActorId, BranchId, DeviceId, TenantId } from '@modula/sync-core';
import { RequestError } from '../../engine/request-error.ts';
import type { Act, AdminPorts } from '../ports.ts';
import { changeTenant } from '../provisioning/change-tenant.ts';
import type { TenantSpec } from '../provisioning/spec.ts';
import type { BranchStatus, MemberStatus, TenantStatus } from '../provisioning/tenant-state.ts';

/**
 * Freezing, archiving and revoking are specifications with one entry: the same plan, locks, audit and feed as
 * provisioning, so there is one way only by which a fact that authority reads can change (A6).
 */
export interface StatusChange<Status> extends Act {
  readonly tenantId: TenantId;
  readonly status: Status;
}

export function setTenantStatus(db: Database, change: StatusChange<TenantStatus>, ports: AdminPorts): Promise<void> {
  return changeOne(db, change, { status: change.status }, ports);
}

export function setBranchStatus(db: Database, change: StatusChange<BranchStatus> & { readonly branchId: BranchId }, ports: AdminPorts): Promise<void> {
  return changeOne(db, change, { branches: [{ id: change.branchId, status: change.status }] }, ports);
}

export function setActorStatus(db: Database, change: StatusChange<MemberStatus> & { readonly actorId: ActorId }, ports: AdminPorts): Promise<void> {
  return changeOne(db, change, { actors: [{ id: change.actorId, status: change.status }] }, ports);
}

export function setDeviceStatus(db: Database, change: StatusChange<MemberStatus> & { readonly deviceId: DeviceId }, ports: AdminPorts): Promise<void> {
  return changeOne(db, change, { devices: [{ id: change.deviceId, status: change.status }] }, ports);
}

export function revokeDevice(db: Database, change: Act & { readonly tenantId: TenantId; readonly deviceId: DeviceId }, ports: AdminPorts): Promise<void> {
  return setDeviceStatus(db, { ...change, status: 'REVOKED' }, ports);
}

/** An entry without a name can only be about what exists; anything else is refused, and that is "not found". */
async function changeOne(
  db: Database,
  { tenantId, operator, reason }: Act & { readonly tenantId: TenantId },
  spec: TenantSpec,
  ports: AdminPorts,
): Promise<void> {
  const change = { tenantId, spec: { id: tenantId, ...spec }, path: 'tenant', act: { operator, reason } };
  const changed = await changeTenant(db, change, ports);
  if (changed.kind === 'refused') throw new RequestError('NOT_FOUND', 'There is no such thing in this tenant.', { issues: changed.issues.map((issue) => ({ ...issue })) });
}
