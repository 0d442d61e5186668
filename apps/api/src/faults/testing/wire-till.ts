import { randomUUID } from 'node:crypto';
import { payloadHash, type JsonObject, type OfflineOperation, type OperationResult } from '@modula/sync-core';
import { provisionSpec, testClient, type TestDevice, type TestTenant } from '../../testing/index.ts';

/** A till that talks HTTP and numbers its operations. */
export interface WireTill {
  readonly device: TestDevice;
  operation(type: string, payload: JsonObject, changes?: Partial<OfflineOperation>): OfflineOperation;
  /** One request; rejects as the client library does. */
  push(url: string, operations: readonly OfflineOperation[]): Promise<readonly OperationResult[]>;
}

export function wireTill({ tenantId, branchId, actorId }: Omit<TestTenant, 'devices' | 'actorToken'>, device: TestDevice): WireTill {
  let lastSeq = 0;
  return {
    device,
    operation(type, payload, changes = {}) {
      lastSeq += 1;
      return {
        clientOpId: randomUUID(),
        deviceId: device.deviceId,
        deviceSeq: lastSeq,
        type,
        version: 1,
        tenantId,
        branchId,
        actorId,
        payload,
        payloadHash: payloadHash(payload),
        dependsOn: [],
        occurredAt: '2026-11-22T08:00:00.000Z',
        ...changes,
      };
    },
    async push(url, operations) {
      const { results } = await testClient(url, device.deviceToken).sync.push.mutate({ operations });
      return results;
    },
  };
}

export const openDrawer = () => ({ cashSessionId: randomUUID(), openingFloatMinor: 10_000 });

export interface TestBranch {
  readonly tenantId: string;
  readonly branchId: string;
  readonly actorId: string;
  readonly devices: readonly TestDevice[];
}

/** One tenant with several branches, an owner, and tills in each. */
export async function provisionBranches(databaseUrl: string, tillsPerBranch: readonly number[]): Promise<TestBranch[]> {
  const branches = tillsPerBranch.map((_, index) => ({ name: `branch-${index + 1}` }));
  const devices = tillsPerBranch.flatMap((tills, index) =>
    Array.from({ length: tills }, (_, till) => ({ name: `till-${index + 1}-${till + 1}`, branch: `branch-${index + 1}`, actors: ['Dara'] })),
  );
  const output = await provisionSpec(databaseUrl, {
    tenants: [{ name: `tenant ${randomUUID()}`, branches, actors: [{ name: 'Dara', role: 'OWNER' }], devices }],
  });
  const [tenant] = output.tenants ?? [];
  const actorId = tenant?.actors?.[0]?.actorId;
  if (tenant === undefined || actorId === undefined) throw new Error('provisioning answered too little');
  return (tenant.branches ?? []).map(({ branchId }, index) => ({
    tenantId: tenant.tenantId,
    branchId,
    actorId,
    devices: (tenant.devices ?? [])
      .filter(({ name }) => name.startsWith(`till-${index + 1}-`))
      .map(({ deviceId, deviceToken = '' }) => ({ deviceId, deviceToken })),
  }));
}
