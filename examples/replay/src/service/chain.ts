import { parseActorId, parseBranchId, parseDeviceId, parseTenantId, type ActorId } from '@modula/sync-core';
import type { DeviceIdentity } from '@modula/sync-client';
import { provision, type ProvisionedTenant, type ProvisionSpec, type ServicePlace } from './provision.ts';

export interface ChainPlan {
  readonly name: string;
  readonly stores: readonly { readonly id: string; readonly name: string }[];
  /** Of each store: `till-1`, `fresh-at-the-end`, … */
  readonly deviceNames: readonly string[];
  /** New tokens for what exists already: for a chain that is kept between runs. */
  readonly reissue: boolean;
  readonly support?: ProvisionSpec['support'];
}

/** A café chain the service knows. */
export interface Chain {
  readonly ownerToken: string;
  readonly stores: ReadonlyMap<string, ChainStore>;
}

export interface ChainStore {
  readonly id: string;
  readonly name: string;
  readonly identity: Pick<DeviceIdentity, 'tenantId' | 'branchId'>;
  readonly cashierId: ActorId;
  readonly devices: ReadonlyMap<string, ChainDevice>;
}

export interface ChainDevice {
  readonly name: string;
  readonly identity: DeviceIdentity;
  readonly token: string;
}

const OWNER = 'Owner';

/** Creates the tenant, its branches, an owner, a cashier and the devices of each branch. */
export async function provisionChain(plan: ChainPlan, service: ServicePlace): Promise<Chain> {
  const tenant = await provision(specOf(plan), service);
  return {
    ownerToken: given(byName(tenant.actors, OWNER).actorToken, 'the owner has no token'),
    stores: new Map(plan.stores.map((store) => [store.id, storeOf(tenant, plan, store)])),
  };
}

function specOf(plan: ChainPlan): ProvisionSpec {
  const reissue = plan.reissue ? { reissue: true } : {};
  return {
    tenants: [
      {
        name: plan.name,
        branches: plan.stores.map(({ name }) => ({ name })),
        actors: [
          { name: OWNER, role: 'OWNER', branches: [], ...reissue },
          ...plan.stores.map(({ name }) => ({ name: cashierOf(name), role: 'CASHIER' as const, branches: [name] })),
        ],
        devices: plan.stores.flatMap(({ name }) =>
          plan.deviceNames.map((device) => ({ name: `${name} ${device}`, branch: name, actors: [cashierOf(name)], ...reissue })),
        ),
      },
    ],
    ...(plan.support === undefined ? {} : { support: plan.support }),
  };
}

function storeOf(tenant: ProvisionedTenant, plan: ChainPlan, store: { id: string; name: string }): ChainStore {
  const tenantId = given(parseTenantId(tenant.tenantId), 'the tenant id is not a UUID');
  const branchId = given(parseBranchId(byName(tenant.branches, store.name).branchId), 'a branch id is not a UUID');
  const cashierId = given(parseActorId(byName(tenant.actors, cashierOf(store.name)).actorId), 'an actor id is not a UUID');
  const devices = plan.deviceNames.map((name): ChainDevice => {
    const made = byName(tenant.devices, `${store.name} ${name}`);
    const deviceId = given(parseDeviceId(made.deviceId), 'a device id is not a UUID');
    return { name, identity: { tenantId, branchId, deviceId }, token: given(made.deviceToken, `${made.name} has no token`) };
  });
  return { ...store, identity: { tenantId, branchId }, cashierId, devices: new Map(devices.map((device) => [device.name, device])) };
}

function cashierOf(storeName: string): string {
  return `Cashier of ${storeName}`;
}

function byName<Entry extends { readonly name: string }>(entries: readonly Entry[], name: string): Entry {
  return given(entries.find((entry) => entry.name === name), `provisioning did not answer ${name}`);
}

function given<Value>(value: Value | null | undefined, complaint: string): Value {
  if (value === null || value === undefined) throw new Error(complaint);
  return value;
}
