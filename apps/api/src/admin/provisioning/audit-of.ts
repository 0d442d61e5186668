import type { AuditRecord } from '../audit.ts';
import type { Act } from '../ports.ts';
import type { TenantPlan } from './plan.ts';

/** One audit row per change of a status and per token that ended the ones before it. Plain creation is not an act against anybody. */
export function auditOf(plan: TenantPlan, act: Act, randomUuid: () => string): AuditRecord[] {
  const rows: AuditRecord[] = [];
  const record = (action: string, about: Partial<Pick<AuditRecord, 'branchId' | 'deviceId' | 'actorId' | 'details'>>): void => {
    const nothing = { branchId: null, deviceId: null, actorId: null, details: null };
    rows.push({ auditId: randomUuid(), action, ...nothing, ...about, operator: act.operator, reason: act.reason });
  };
  if (plan.tenant.change === 'update') record('tenant.update', { details: { name: plan.tenant.name, status: plan.tenant.status } });
  for (const { before, after } of plan.branches) {
    if (before !== null && before.status !== after.status) {
      record('branch.status', { branchId: after.branchId, details: { from: before.status, to: after.status } });
    }
  }
  for (const { before, after, newToken } of plan.actors) {
    if (before === null) continue;
    if (before.status !== after.status) record('actor.status', { actorId: after.actorId, details: { from: before.status, to: after.status } });
    if (before.role !== after.role) record('actor.role', { actorId: after.actorId, details: { from: before.role, to: after.role } });
    if (newToken) record('actor.reissue', { actorId: after.actorId });
  }
  for (const { before, after, newToken } of plan.devices) {
    if (before === null) continue;
    if (before.status !== after.status) {
      record('device.status', { deviceId: after.deviceId, branchId: after.branchId, details: { from: before.status, to: after.status } });
    }
    if (newToken) record('device.reissue', { deviceId: after.deviceId, branchId: after.branchId });
  }
  return rows;
}
