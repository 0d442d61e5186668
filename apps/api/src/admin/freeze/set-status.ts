import type { Database } from '@modula/db';
import type { ActorId, BranchId, DeviceId, TenantId } from '@modula/sync-core';
import { RequestError } from '../../engine/request-error.ts';
import type { Act, AdminPorts } from '../ports.ts';
import { changeTenant } from '../provisioning/change-tenant.ts';
import type { TenantSpec } from '../provisioning/spec.ts';
import type { BranchStatus, MemberStatus, TenantStatus } from '../provisioning/tenant-state.ts';

/** Whose status it is to be, who wants it so, and why. */
interface Change<Status> extends Act {
  readonly tenantId: TenantId;
  readonly status: Status;
}

/*
 * Freezing, archiving and revoking are specifications with one entry: the same plan, locks, audit and feed as provisioning,
 * so there is one way only by which a fact that authority reads can change (A6).
 */

export function setTenantStatus(db: Database, change: Change<TenantStatus>, ports: AdminPorts): Promise<void> {
  return changeOne(db, { ...change, spec: { status: change.status } }, ports);
}

export function setBranchStatus(db: Database, change: Change<BranchStatus> & { readonly branchId: BranchId }, ports: AdminPorts): Promise<void> {
  return changeOne(db, { ...change, spec: { branches: [{ id: change.branchId, status: change.status }] } }, ports);
}

export function setActorStatus(db: Database, change: Change<MemberStatus> & { readonly actorId: ActorId }, ports: AdminPorts): Promise<void> {
  return changeOne(db, { ...change, spec: { actors: [{ id: change.actorId, status: change.status }] } }, ports);
}

export function setDeviceStatus(db: Database, change: Change<MemberStatus> & { readonly deviceId: DeviceId }, ports: AdminPorts): Promise<void> {
  return changeOne(db, { ...change, spec: { devices: [{ id: change.deviceId, status: change.status }] } }, ports);
}

/** An entry without a name can only be about what exists; a refusal therefore means "not found". */
async function changeOne(
  db: Database,
  change: Act & { readonly tenantId: TenantId; readonly spec: TenantSpec },
  ports: AdminPorts,
): Promise<void> {
  const { tenantId, operator, reason } = change;
  const spec = { id: tenantId, ...change.spec };
  const changed = await changeTenant(db, { tenantId, spec, path: 'tenant', act: { operator, reason } }, ports);
  if (changed.kind === 'refused') {
    const issues = changed.issues.map((issue) => ({ ...issue }));
    throw new RequestError('NOT_FOUND', 'There is no such thing in this tenant.', { issues });
  }
}
