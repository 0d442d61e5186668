import type { ActorId, BranchId, DeviceId, TenantId } from '@modula/sync-core';
import type { ActorState, BranchState, DeviceState, TenantState, TenantStatus } from './tenant-state.ts';

/** What one specification changes in one tenant. Pure data: computed before the locks, and once more under them. */
export interface TenantPlan {
  readonly tenantId: TenantId;
  readonly tenant: { readonly change: Change; readonly name: string; readonly status: TenantStatus };
  readonly branches: readonly Planned<BranchState>[];
  readonly actors: readonly PlannedActor[];
  readonly devices: readonly PlannedDevice[];
}

/** `keep`: the database holds it already. */
export type Change = 'create' | 'update' | 'keep';

/** One entry of the specification, in its order: what was there, and what shall be. */
export interface Planned<State> {
  readonly change: Change;
  readonly before: State | null;
  readonly after: State;
}

export interface PlannedActor extends Planned<ActorState> {
  readonly newToken: boolean;
}

export interface PlannedDevice extends Planned<DeviceState> {
  readonly newToken: boolean;
  /** Signed in from now on, and not before. */
  readonly signIns: readonly ActorId[];
}

/** The rows a plan locks: facts that authority reads change only under the lock of every stream they matter to (A6, D1). */
export interface Concern {
  /** The birth or return of a branch meets tenant-wide writers at the tenant row (F2). */
  readonly tenantRow: boolean;
  /** What concerns every branch: the tenant itself, or one of its owners. */
  readonly allStreams: boolean;
  /** Sorted, as they are locked. */
  readonly deviceIds: readonly DeviceId[];
  readonly branchIds: readonly BranchId[];
}

/** True when the plan changes nothing at all: nothing is locked, nothing is written. */
export function isEmptyPlan(plan: TenantPlan): boolean {
  return (
    plan.tenant.change === 'keep' &&
    plan.branches.every((entry) => entry.change === 'keep') &&
    plan.actors.every((entry) => entry.change === 'keep' && !entry.newToken) &&
    plan.devices.every((entry) => entry.change === 'keep' && !entry.newToken && entry.signIns.length === 0)
  );
}

/** True for a branch that starts, or comes back, with the tenant's live catalogue (F2). */
export function needsSeed(entry: Planned<BranchState>): boolean {
  return entry.after.status !== 'ARCHIVED' && (entry.before === null || entry.before.status === 'ARCHIVED');
}

export function concernOf(plan: TenantPlan): Concern {
  const branchIds = new Set<BranchId>();
  const deviceIds = new Set<DeviceId>();
  let allStreams = plan.tenant.change !== 'keep';
  for (const entry of plan.branches) {
    if (entry.change === 'keep') continue;
    branchIds.add(entry.after.branchId);
  }
  for (const entry of plan.actors) {
    if (entry.change === 'keep' && !entry.newToken) continue;
    for (const state of [entry.before, entry.after]) {
      // An owner works in every branch, so what changes about it concerns every stream.
      if (state?.role === 'OWNER') allStreams = true;
      for (const branchId of state?.branchIds ?? []) branchIds.add(branchId);
    }
  }
  for (const entry of plan.devices) {
    if (entry.change === 'keep' && !entry.newToken && entry.signIns.length === 0) continue;
    deviceIds.add(entry.after.deviceId);
    branchIds.add(entry.after.branchId);
    if (entry.before !== null) branchIds.add(entry.before.branchId);
  }
  const tenantRow = allStreams || plan.branches.some(needsSeed);
  return { tenantRow, allStreams, deviceIds: [...deviceIds].toSorted(), branchIds: [...branchIds].toSorted() };
}

/** True when the locks taken for `locked` suffice for `needed`. New rows need none: nobody else sees them yet. */
export function covers(locked: Concern, needed: Concern, state: TenantState): boolean {
  const streams = new Set<BranchId>(locked.branchIds);
  const devices = new Set<DeviceId>(locked.deviceIds);
  const knownBranches = new Set(state.branches.map((branch) => branch.branchId));
  const knownDevices = new Set(state.devices.map((device) => device.deviceId));
  if ((needed.tenantRow && !locked.tenantRow) || (needed.allStreams && !locked.allStreams)) return false;
  return (
    needed.deviceIds.every((deviceId) => devices.has(deviceId) || !knownDevices.has(deviceId)) &&
    (locked.allStreams || needed.branchIds.every((branchId) => streams.has(branchId) || !knownBranches.has(branchId)))
  );
}
