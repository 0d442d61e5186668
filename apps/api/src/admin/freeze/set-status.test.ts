import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lockStreams } from '../../engine/feed/lock-streams.ts';
import { knownActorId, knownBranchId, knownDeviceId, knownTenantId } from '../known-id.ts';
import { startAdminFixture, type AdminFixture } from '../testing/admin-fixture.ts';
import { setActorStatus, setBranchStatus, setDeviceStatus, setTenantStatus } from './set-status.ts';

let fixture: AdminFixture;
beforeAll(async () => {
  fixture = await startAdminFixture();
});
afterAll(() => fixture.close());

const act = { operator: 'test', reason: 'test' };

async function start() {
  const tenant = await fixture.tenant({
    branches: [{ name: 'A' }, { name: 'B' }],
    actors: [{ name: 'Dara', role: 'CASHIER', branches: ['A'] }],
    devices: [{ name: 'till', branch: 'A', actors: ['Dara'] }],
  });
  return {
    tenantId: knownTenantId(tenant.tenantId),
    a: knownBranchId(tenant.branches![0]!.branchId),
    actorId: knownActorId(tenant.actors![0]!.actorId),
    deviceId: knownDeviceId(tenant.devices![0]!.deviceId),
  };
}

test('[A6] whatever authority reads changes only after the write that holds the stream has ended', async () => {
  const { tenantId, a, actorId, deviceId } = await start();
  const changes = [
    () => setBranchStatus(fixture.db, { ...act, tenantId, branchId: a, status: 'FROZEN' }, fixture.ports),
    () => setTenantStatus(fixture.db, { ...act, tenantId, status: 'FROZEN' }, fixture.ports),
    () => setActorStatus(fixture.db, { ...act, tenantId, actorId, status: 'REVOKED' }, fixture.ports),
    () => setDeviceStatus(fixture.db, { ...act, tenantId, deviceId, status: 'REVOKED' }, fixture.ports),
  ];
  const order: string[] = [];
  let release = (): void => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let isHeld = (): void => {};
  const held = new Promise<void>((resolve) => {
    isHeld = resolve;
  });
  const writer = fixture.db.transaction(tenantId, async (tx) => {
    await lockStreams(tx, tenantId, { kind: 'branches', branchIds: [a] });
    isHeld();
    await released;
    order.push('write');
  });
  await held;
  const changing = changes.map(async (change) => {
    await change();
    order.push('change');
  });
  await delay(100);
  expect(order).toEqual([]);
  release();
  await Promise.all([writer, ...changing]);
  expect(order).toEqual(['write', 'change', 'change', 'change', 'change']);
});

test('[F2] a new branch holds up no till of the others', async () => {
  const { tenantId, a } = await start();
  await fixture.db.transaction(tenantId, async (tx) => {
    await lockStreams(tx, tenantId, { kind: 'branches', branchIds: [a] });
    await fixture.provision({ tenants: [{ id: tenantId, branches: [{ name: 'C' }] }] });
  });
  const names = await fixture.db.read(tenantId, (tx) => tx.query(`SELECT name FROM branch WHERE tenant_id = $1 ORDER BY name`, [tenantId]));
  expect(names).toEqual([{ name: 'A' }, { name: 'B' }, { name: 'C' }]);
});

test('what changes nothing is neither audited nor published', async () => {
  const { tenantId, a } = await start();
  const nudges = fixture.nudges.length;
  await setBranchStatus(fixture.db, { ...act, tenantId, branchId: a, status: 'ACTIVE' }, fixture.ports);
  expect(fixture.nudges).toHaveLength(nudges);
  expect(await fixture.db.read(tenantId, (tx) => tx.query(`SELECT action FROM audit_entry WHERE tenant_id = $1`, [tenantId]))).toEqual([]);
});
