import type { ActorId, BranchId, DeviceId, TenantId } from '@modula/sync-core';
import { knownActorId, knownBranchId, knownDeviceId } from '../known-id.ts';
import { changeOf, findState, overlay } from './compare.ts';
import { IssueList } from './issue-list.ts';
import type { PinDecisions } from './pins.ts';
import type { Planned, PlannedActor, PlannedDevice, TenantPlan } from './plan.ts';
import type { ActorSpec, BranchSpec, DeviceSpec, SpecIssue, TenantSpec } from './spec.ts';
import { signInKey, type ActorState, type BranchState, type DeviceState, type TenantState } from './tenant-state.ts';

export type Planning =
  | { readonly kind: 'plan'; readonly plan: TenantPlan }
  | { readonly kind: 'refused'; readonly issues: readonly SpecIssue[] }
  /** A PIN was changed by somebody else since it was compared. */
  | { readonly kind: 'stale' };

export interface PlanningContext {
  /** Where in the file the specification stands. */
  readonly path: string;
  readonly pins: PinDecisions;
  readonly randomUuid: () => string;
}

/** Compares what the specification wants with what there is. Pure but for the ids of new things. */
export function planTenant(spec: TenantSpec, state: TenantState, context: PlanningContext): Planning {
  return new Planner(spec, state, context).plan();
}

class Planner {
  readonly #spec: TenantSpec;
  readonly #state: TenantState;
  readonly #tenantId: TenantId;
  readonly #path: string;
  readonly #pins: PinDecisions;
  readonly #randomUuid: () => string;
  readonly #issues = new IssueList();
  /** Devices that an entry names by their id, or by name and present branch: they stay for that entry. */
  readonly #listed = new Set<DeviceId>();
  #isStale = false;

  constructor(spec: TenantSpec, state: TenantState, context: PlanningContext) {
    this.#spec = spec;
    this.#state = state;
    this.#tenantId = state.tenantId;
    this.#path = context.path;
    this.#pins = context.pins;
    this.#randomUuid = context.randomUuid;
  }

  plan(): Planning {
    const branches = (this.#spec.branches ?? []).map((entry, index) => this.#branch(entry, `${this.#path}.branches[${index}]`));
    const branchesAfter = overlay(this.#state.branches, branches, (branch) => branch.branchId);
    this.#issues.refuseSharedNames(branchesAfter, `${this.#path}.branches`);

    const actors = (this.#spec.actors ?? []).map((entry, index) => this.#actor(entry, index, branchesAfter));
    const actorsAfter = overlay(this.#state.actors, actors, (actor) => actor.actorId);
    this.#issues.refuseSharedNames(actorsAfter, `${this.#path}.actors`);

    const devices: PlannedDevice[] = [];
    this.#listUnderOwnBranch(branchesAfter);
    for (const [index, entry] of (this.#spec.devices ?? []).entries()) {
      const planned = this.#device(entry, { path: `${this.#path}.devices[${index}]`, branches: branchesAfter, actors: actorsAfter });
      if (planned !== null) devices.push(planned);
    }
    const devicesAfter = overlay(this.#state.devices, devices, (device) => device.deviceId);
    this.#issues.refuseSharedNames(devicesAfter, `${this.#path}.devices`, (device) => `${device.branchId}\n${device.name}`);
    this.#issues.refuseTwice(branches.map((entry) => entry.after.branchId), `${this.#path}.branches`);
    this.#issues.refuseTwice(actors.map((entry) => entry.after.actorId), `${this.#path}.actors`);
    this.#issues.refuseTwice(devices.map((entry) => entry.after.deviceId), `${this.#path}.devices`);

    const tenant = this.#tenant();
    if (this.#issues.all.length > 0) return { kind: 'refused', issues: this.#issues.all };
    if (this.#isStale) return { kind: 'stale' };
    return { kind: 'plan', plan: { tenantId: this.#tenantId, tenant, branches, actors, devices } };
  }

  #tenant(): TenantPlan['tenant'] {
    const before = this.#state.tenant;
    const name = this.#spec.name ?? before?.name ?? this.#issues.missing(`${this.#path}.name`, 'a new tenant needs a name');
    const status = this.#spec.status ?? before?.status ?? 'ACTIVE';
    const change = before === null ? 'create' : before.name === name && before.status === status ? 'keep' : 'update';
    return { change, name, status };
  }

  #branch(entry: BranchSpec, path: string): Planned<BranchState> {
    const before = findState(this.#state.branches, entry, (branch) => branch.branchId);
    const after: BranchState = {
      branchId: before?.branchId ?? knownBranchId(entry.id ?? this.#randomUuid()),
      name: entry.name ?? before?.name ?? this.#issues.missing(`${path}.name`, 'a new branch needs a name'),
      status: entry.status ?? before?.status ?? 'ACTIVE',
    };
    return { change: changeOf(before, after, ['name', 'status']), before, after };
  }

  #actor(entry: ActorSpec, index: number, branches: readonly BranchState[]): PlannedActor {
    const path = `${this.#path}.actors[${index}]`;
    const before = findState(this.#state.actors, entry, (actor) => actor.actorId);
    const pin = this.#pins.get(index);
    if (pin !== undefined && pin.against !== (before?.pinHash ?? null)) this.#isStale = true;
    const after: ActorState = {
      actorId: before?.actorId ?? knownActorId(entry.id ?? this.#randomUuid()),
      name: entry.name ?? before?.name ?? this.#issues.missing(`${path}.name`, 'a new actor needs a name'),
      role: entry.role ?? before?.role ?? this.#withoutRole(`${path}.role`),
      status: entry.status ?? before?.status ?? 'ACTIVE',
      pinHash: pin?.hash ?? before?.pinHash ?? null,
      branchIds: entry.branches === undefined ? (before?.branchIds ?? []) : this.#references(entry.branches, `${path}.branches`, branches),
    };
    const change = changeOf(before, after, ['name', 'role', 'status', 'pinHash', 'branchIds']);
    return { change, before, after, newToken: before === null || entry.reissue === true };
  }

  #device(
    entry: DeviceSpec,
    { path, branches, actors }: { readonly path: string; readonly branches: readonly BranchState[]; readonly actors: readonly ActorState[] },
  ): PlannedDevice | null {
    const named = entry.branch === undefined ? null : this.#reference(entry.branch, `${path}.branch`, branches);
    if (entry.branch !== undefined && named === null) return null;
    const before =
      entry.id !== undefined
        ? (this.#state.devices.find((device) => device.deviceId === entry.id) ?? null)
        : this.#deviceByName(entry.name ?? '', named, path);
    const branchId = named ?? before?.branchId;
    if (branchId === undefined) {
      this.#issues.add({ path: `${path}.branch`, message: 'a new device needs a branch' });
      return null;
    }
    const after: DeviceState = {
      deviceId: before?.deviceId ?? knownDeviceId(entry.id ?? this.#randomUuid()),
      branchId,
      name: entry.name ?? before?.name ?? this.#issues.missing(`${path}.name`, 'a new device needs a name'),
      status: entry.status ?? before?.status ?? 'ACTIVE',
    };
    const signIns = (entry.actors ?? [])
      .map((reference, index) => this.#actorReference(reference, `${path}.actors[${index}]`, actors))
      .filter((actorId) => actorId !== null)
      .filter((actorId) => !this.#state.signIns.has(signInKey(after.deviceId, actorId)));
    const change = changeOf(before, after, ['branchId', 'name', 'status']);
    return { change, before, after, newToken: before === null || entry.reissue === true, signIns: [...new Set(signIns)] };
  }

  #listUnderOwnBranch(branches: readonly BranchState[]): void {
    for (const entry of this.#spec.devices ?? []) {
      const branchId = entry.branch === undefined ? null : (findBranch(branches, entry.branch)?.branchId ?? null);
      const own = this.#state.devices.find((device) =>
        entry.id === undefined ? device.name === entry.name && device.branchId === branchId : device.deviceId === entry.id,
      );
      if (own !== undefined) this.#listed.add(own.deviceId);
    }
  }

  /**
   * A device's parent is its branch: name and branch say which one it is. When the branch has none of that name, the till of that
   * name has moved there, unless the specification keeps it where it is. A revoked one moves nowhere. Without a branch in the
   * entry the name must be the only one of its kind in the tenant.
   */
  #deviceByName(name: string, branchId: BranchId | null, path: string): DeviceState | null {
    const named = this.#state.devices.filter((device) => device.name === name);
    const here = branchId === null ? undefined : named.find((device) => device.branchId === branchId);
    if (here !== undefined) return here;
    const found = branchId === null ? named : named.filter((device) => device.status === 'ACTIVE' && !this.#listed.has(device.deviceId));
    if (found.length > 1) {
      const wayOut = branchId === null ? 'give the branch, or the id' : 'give the id of the one that moves here';
      this.#issues.add({ path, message: `several devices are named "${name}": ${wayOut}` });
    }
    return found[0] ?? null;
  }

  #references(references: readonly string[], path: string, branches: readonly BranchState[]): BranchId[] {
    const found = references.map((reference, index) => this.#reference(reference, `${path}[${index}]`, branches)).filter((id) => id !== null);
    return [...new Set(found)].toSorted();
  }

  #reference(reference: string, path: string, branches: readonly BranchState[]): BranchId | null {
    const found = findBranch(branches, reference);
    if (found === undefined) this.#issues.add({ path, message: `no branch "${reference}" in this tenant` });
    return found?.branchId ?? null;
  }

  #actorReference(reference: string, path: string, actors: readonly ActorState[]): ActorId | null {
    const found = actors.find((actor) => actor.name === reference || actor.actorId === reference.toLowerCase());
    if (found === undefined) this.#issues.add({ path, message: `no actor "${reference}" in this tenant` });
    return found?.actorId ?? null;
  }

  #withoutRole(path: string): 'CASHIER' {
    this.#issues.add({ path, message: 'a new actor needs a role' });
    return 'CASHIER';
  }
}

/** By name or by id. */
function findBranch(branches: readonly BranchState[], reference: string): BranchState | undefined {
  return branches.find((branch) => branch.name === reference || branch.branchId === reference.toLowerCase());
}
