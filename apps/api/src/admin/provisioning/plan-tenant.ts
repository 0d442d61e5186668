import type { ActorId, BranchId, TenantId } from '@modula/sync-core';
import { knownActorId, knownBranchId, knownDeviceId } from '../known-id.ts';
import type { PinDecisions } from './pins.ts';
import type { Change, Planned, PlannedActor, PlannedDevice, TenantPlan } from './plan.ts';
import type { ActorSpec, BranchSpec, DeviceSpec, SpecIssue, TenantSpec } from './spec.ts';
import { signInKey, type ActorState, type BranchState, type DeviceState, type TenantState } from './tenant-state.ts';

export type Planning =
  | { readonly kind: 'plan'; readonly plan: TenantPlan }
  | { readonly kind: 'refused'; readonly issues: readonly SpecIssue[] }
  /** A PIN was changed by somebody else since it was compared. */
  | { readonly kind: 'stale' };

/** Compares what the specification wants with what there is. Pure but for the ids of new things. */
export function planTenant(
  spec: TenantSpec,
  state: TenantState,
  context: { readonly path: string; readonly pins: PinDecisions; readonly randomUuid: () => string },
): Planning {
  return new Planner(spec, state, context).plan();
}

class Planner {
  readonly #spec: TenantSpec;
  readonly #state: TenantState;
  readonly #tenantId: TenantId;
  readonly #path: string;
  readonly #pins: PinDecisions;
  readonly #randomUuid: () => string;
  readonly #issues: SpecIssue[] = [];
  #isStale = false;

  constructor(spec: TenantSpec, state: TenantState, context: { readonly path: string; readonly pins: PinDecisions; readonly randomUuid: () => string }) {
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
    this.#refuseSharedNames(branchesAfter, 'branches');

    const actors = (this.#spec.actors ?? []).map((entry, index) => this.#actor(entry, index, branchesAfter));
    const actorsAfter = overlay(this.#state.actors, actors, (actor) => actor.actorId);
    this.#refuseSharedNames(actorsAfter, 'actors');

    const devices: PlannedDevice[] = [];
    for (const [index, entry] of (this.#spec.devices ?? []).entries()) {
      const planned = this.#device(entry, { path: `${this.#path}.devices[${index}]`, branches: branchesAfter, actors: actorsAfter });
      if (planned !== null) devices.push(planned);
    }
    const devicesAfter = overlay(this.#state.devices, devices, (device) => device.deviceId);
    this.#refuseSharedNames(devicesAfter, 'devices', (device) => `${device.branchId}\n${device.name}`);
    this.#refuseTwice(branches.map((entry) => entry.after.branchId), 'branches');
    this.#refuseTwice(actors.map((entry) => entry.after.actorId), 'actors');
    this.#refuseTwice(devices.map((entry) => entry.after.deviceId), 'devices');

    const tenant = this.#tenant();
    if (this.#issues.length > 0) return { kind: 'refused', issues: this.#issues };
    if (this.#isStale) return { kind: 'stale' };
    return { kind: 'plan', plan: { tenantId: this.#tenantId, tenant, branches, actors, devices } };
  }

  #tenant(): TenantPlan['tenant'] {
    const before = this.#state.tenant;
    const name = this.#spec.name ?? before?.name ?? this.#missing(`${this.#path}.name`, 'a new tenant needs a name');
    const status = this.#spec.status ?? before?.status ?? 'ACTIVE';
    const change = before === null ? 'create' : before.name === name && before.status === status ? 'keep' : 'update';
    return { change, name, status };
  }

  #branch(entry: BranchSpec, path: string): Planned<BranchState> {
    const before = find(this.#state.branches, entry, (branch) => branch.branchId);
    const after: BranchState = {
      branchId: before?.branchId ?? knownBranchId(entry.id ?? this.#randomUuid()),
      name: entry.name ?? before?.name ?? this.#missing(`${path}.name`, 'a new branch needs a name'),
      status: entry.status ?? before?.status ?? 'ACTIVE',
    };
    return { change: changeOf(before, after, ['name', 'status']), before, after };
  }

  #actor(entry: ActorSpec, index: number, branches: readonly BranchState[]): PlannedActor {
    const path = `${this.#path}.actors[${index}]`;
    const before = find(this.#state.actors, entry, (actor) => actor.actorId);
    const pin = this.#pins.get(index);
    if (pin !== undefined && pin.against !== (before?.pinHash ?? null)) this.#isStale = true;
    const after: ActorState = {
      actorId: before?.actorId ?? knownActorId(entry.id ?? this.#randomUuid()),
      name: entry.name ?? before?.name ?? this.#missing(`${path}.name`, 'a new actor needs a name'),
      role: entry.role ?? before?.role ?? this.#missingRole(`${path}.role`),
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
      this.#issues.push({ path: `${path}.branch`, message: 'a new device needs a branch' });
      return null;
    }
    const after: DeviceState = {
      deviceId: before?.deviceId ?? knownDeviceId(entry.id ?? this.#randomUuid()),
      branchId,
      name: entry.name ?? before?.name ?? this.#missing(`${path}.name`, 'a new device needs a name'),
      status: entry.status ?? before?.status ?? 'ACTIVE',
    };
    const signIns = (entry.actors ?? [])
      .map((reference, index) => this.#actorReference(reference, `${path}.actors[${index}]`, actors))
      .filter((actorId) => actorId !== null)
      .filter((actorId) => !this.#state.signIns.has(signInKey(after.deviceId, actorId)));
    const change = changeOf(before, after, ['branchId', 'name', 'status']);
    return { change, before, after, newToken: before === null || entry.reissue === true, signIns: [...new Set(signIns)] };
  }

  /** A device's parent is its branch. Without a branch in the entry the name must be the only one of its kind in the tenant. */
  #deviceByName(name: string, branchId: BranchId | null, path: string): DeviceState | null {
    const found = this.#state.devices.filter((device) => device.name === name && (branchId === null || device.branchId === branchId));
    if (found.length > 1) this.#issues.push({ path, message: `several devices are named "${name}": give the branch, or the id` });
    return found[0] ?? null;
  }

  #references(references: readonly string[], path: string, branches: readonly BranchState[]): BranchId[] {
    const found = references.map((reference, index) => this.#reference(reference, `${path}[${index}]`, branches)).filter((id) => id !== null);
    return [...new Set(found)].toSorted();
  }

  #reference(reference: string, path: string, branches: readonly BranchState[]): BranchId | null {
    const found = branches.find((branch) => branch.name === reference || branch.branchId === reference.toLowerCase());
    if (found === undefined) this.#issues.push({ path, message: `no branch "${reference}" in this tenant` });
    return found?.branchId ?? null;
  }

  #actorReference(reference: string, path: string, actors: readonly ActorState[]): ActorId | null {
    const found = actors.find((actor) => actor.name === reference || actor.actorId === reference.toLowerCase());
    if (found === undefined) this.#issues.push({ path, message: `no actor "${reference}" in this tenant` });
    return found?.actorId ?? null;
  }

  #refuseSharedNames<State extends { readonly name: string }>(
    states: readonly State[],
    kind: string,
    keyOf: (state: State) => string = (state) => state.name,
  ): void {
    const seen = new Set<string>();
    for (const state of states) {
      const key = keyOf(state);
      if (state.name !== '' && seen.has(key)) this.#issues.push({ path: `${this.#path}.${kind}`, message: `two of them would be named "${state.name}"` });
      seen.add(key);
    }
  }

  #refuseTwice(ids: readonly string[], kind: string): void {
    const seen = new Set<string>();
    for (const [index, id] of ids.entries()) {
      if (seen.has(id)) this.#issues.push({ path: `${this.#path}.${kind}[${index}]`, message: 'is listed twice' });
      seen.add(id);
    }
  }

  #missing(path: string, message: string): string {
    this.#issues.push({ path, message });
    return '';
  }

  #missingRole(path: string): 'CASHIER' {
    this.#issues.push({ path, message: 'a new actor needs a role' });
    return 'CASHIER';
  }
}

function find<State extends { readonly name: string }>(
  states: readonly State[],
  entry: { readonly id?: string | undefined; readonly name?: string | undefined },
  idOf: (state: State) => string,
): State | null {
  const found = entry.id !== undefined ? states.find((state) => idOf(state) === entry.id) : states.find((state) => state.name === entry.name);
  return found ?? null;
}

/** The states as they will be: planned ones in the place of stored ones, new ones after them. */
function overlay<State>(states: readonly State[], planned: readonly Planned<State>[], idOf: (state: State) => string): State[] {
  const byId = new Map(states.map((state) => [idOf(state), state]));
  for (const { after } of planned) byId.set(idOf(after), after);
  return [...byId.values()];
}

function changeOf<State extends object>(before: State | null, after: State, fields: readonly (keyof State)[]): Change {
  if (before === null) return 'create';
  return fields.every((field) => isSame(before[field], after[field])) ? 'keep' : 'update';
}

function isSame(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((value, index) => value === b[index]);
  return a === b;
}
