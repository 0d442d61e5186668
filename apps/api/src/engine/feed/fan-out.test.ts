import { randomUUID } from 'node:crypto';
import { parseClientOpId, type JsonObject, type OperationType } from '@modula/sync-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { engineTill } from '../../faults/testing/engine-till.ts';
import { brokenInvariants } from '../../faults/testing/invariants.ts';
import { hydrate, startEngineFixture, type EngineFixture, type Hydrated } from '../testing/engine-fixture.ts';

let fixture: EngineFixture;
beforeAll(async () => {
  fixture = await startEngineFixture();
});
afterAll(() => fixture.close());

test('[F2] [P5] a tenant-wide change reaches a frozen branch while it is frozen, and is there when it is thawed', async () => {
  const { tenantId, branchId, ownerId, tills } = await fixture.cafe();
  const till = tills[0]!;
  const provision = async (spec: object) => (await fixture.admin.provision({ tenants: [{ id: tenantId, ...spec }] })).tenants![0]!;
  const elsewhere = await provision({ branches: [{ name: 'Toul Kork' }], devices: [{ name: 'till-tk', branch: 'Toul Kork', actors: ['Dara'] }] });
  const { branchId: otherId } = elsewhere.branches![0]!;
  const { deviceId, deviceToken = '' } = elsewhere.devices![0]!;
  const { session } = engineTill({ tenantId, branchId: otherId, actorId: ownerId, devices: [{ deviceId, deviceToken }] });
  const edit = (type: OperationType, payload: JsonObject) =>
    fixture.engine.direct(session, { type, clientOpId: parseClientOpId(randomUUID())!, branchId: null, actorId: ownerId, payload, dependsOn: [] });
  const item = (menuItemId: string) => ({ menuItemId, name: menuItemId, category: null, priceMinor: 100 });
  const menuOf = ({ entities }: Hydrated) => [...entities.keys()].filter((key) => key.startsWith('menu.item ')).sort();

  await edit('menu.upsertItem', item('coffee'));
  const before = await hydrate(fixture.engine, till);
  await provision({ branches: [{ id: branchId, status: 'FROZEN' }] });
  expect(await edit('menu.upsertItem', item('tea'))).toMatchObject({ status: 'SYNCED' });
  await edit('menu.removeItem', { menuItemId: 'coffee' });
  // hydrate() checks the proof: it counts what every branch should hold.
  expect(menuOf(await hydrate(fixture.engine, till, { from: before }))).toEqual(['menu.item tea']);
  await provision({ branches: [{ id: branchId, status: 'ACTIVE' }] });
  expect(menuOf(await hydrate(fixture.engine, till, { from: before }))).toEqual(['menu.item tea']);
  expect(menuOf(await hydrate(fixture.engine, till))).toEqual(['menu.item tea']);
  expect(await brokenInvariants(fixture.db, tenantId)).toEqual([]);
});
