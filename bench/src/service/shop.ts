import { randomUUID } from 'node:crypto';
import { createHttpClient, type HttpClient } from './http-client.ts';
import { provision, type ApiProcess } from './api-process.ts';
import type { Till } from './till.ts';

/** A tenant to measure on: its branches, and tills that are ready to sell. */
export interface Shop {
  readonly tenantId: string;
  readonly branchIds: readonly string[];
  readonly ownerId: string;
  /** The direct lane, as the owner. */
  readonly owner: HttpClient;
  readonly tills: readonly Till[];
  close(): void;
}

interface Provisioned {
  readonly tenants: readonly {
    readonly tenantId: string;
    readonly branches: readonly { readonly branchId: string; readonly name: string }[];
    readonly actors: readonly { readonly actorId: string; readonly actorToken: string }[];
    readonly devices: readonly { readonly deviceId: string; readonly deviceToken: string; readonly branch: string }[];
  }[];
}

/** Creates a tenant through the provisioning command. Tills are dealt to the branches in turn. */
export async function openShop(
  world: { databaseUrl: string; api: ApiProcess },
  size: { branches: number; tills: number },
): Promise<Shop> {
  const branchNames = Array.from({ length: size.branches }, (_, index) => `Branch ${index + 1}`);
  const devices = Array.from({ length: size.tills }, (_, index) => ({
    name: `till-${index + 1}`,
    branch: branchNames[index % size.branches],
    actors: ['Dara'],
  }));
  const printed = await provision(world.databaseUrl, {
    tenants: [
      {
        name: `Bench ${randomUUID()}`,
        branches: branchNames.map((name) => ({ name })),
        actors: [{ name: 'Dara', role: 'OWNER', branches: branchNames }],
        devices,
      },
    ],
  });
  // The command's own output, in the shape of contract section 5.
  const tenant = (JSON.parse(printed) as Provisioned).tenants[0];
  const owner = tenant?.actors[0];
  if (tenant === undefined || owner === undefined) throw new Error('Provisioning answered no tenant.');

  const branchIdByName = new Map(tenant.branches.map(({ name, branchId }) => [name, branchId]));
  const tills = tenant.devices.map(({ deviceId, deviceToken, branch }): Till => {
    const branchId = branchIdByName.get(branch);
    if (branchId === undefined) throw new Error(`Provisioning answered no branch ${branch}.`);
    return {
      tenantId: tenant.tenantId,
      branchId,
      deviceId,
      deviceToken,
      actorId: owner.actorId,
      cashSessionId: randomUUID(),
      nextDeviceSeq: 1,
      client: createHttpClient(world.api.baseUrl, { token: deviceToken }),
    };
  });
  const ownerClient = createHttpClient(world.api.baseUrl, { token: owner.actorToken });
  return {
    tenantId: tenant.tenantId,
    branchIds: tenant.branches.map(({ branchId }) => branchId),
    ownerId: owner.actorId,
    owner: ownerClient,
    tills,
    close: () => {
      ownerClient.close();
      for (const till of tills) till.client.close();
    },
  };
}

/** One call of the direct lane as the owner. */
export async function callDirect(shop: Shop, type: string, options: { branchId: string | null; payload: object }): Promise<string> {
  const { branchId, payload } = options;
  return shop.owner.mutate(type, Buffer.from(JSON.stringify({ clientOpId: randomUUID(), branchId, payload })));
}
