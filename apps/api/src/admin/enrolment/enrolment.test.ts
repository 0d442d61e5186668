import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeviceSession } from '../../engine/session.ts';
import { knownActorId, knownBranchId, knownDeviceId, knownTenantId } from '../known-id.ts';
import type { AttemptLimiter } from '../ports.ts';
import type { TenantOutput } from '../provisioning/output.ts';
import { secretHash } from '../secrets/token.ts';
import { startAdminFixture, textLike, type AdminFixture } from '../testing/admin-fixture.ts';
import { enroll } from './enroll.ts';
import { signIn, signOut } from './sign-in.ts';

let fixture: AdminFixture;
beforeAll(async () => {
  fixture = await startAdminFixture();
});
afterAll(() => fixture.close());

const open: AttemptLimiter = { take: () => Promise.resolve({ kind: 'ok' }), reset: () => Promise.resolve() };

const cafe = () =>
  fixture.tenant({
    branches: [{ name: 'A' }, { name: 'B' }],
    actors: [
      { name: 'Dara', role: 'CASHIER', branches: ['A'], pin: '1234' },
      { name: 'Elsewhere', role: 'CASHIER', branches: ['B'], pin: '1234' },
      { name: 'No pin', role: 'CASHIER', branches: ['A'] },
    ],
    devices: [{ name: 'till', branch: 'A' }],
  });

function sessionOf(tenant: TenantOutput): DeviceSession {
  const device = tenant.devices![0]!;
  return {
    kind: 'device',
    tenantId: knownTenantId(tenant.tenantId),
    deviceId: knownDeviceId(device.deviceId),
    branchId: knownBranchId(device.branchId),
    tokenHash: secretHash(device.deviceToken!),
  };
}

async function tokenHashes(tenantId: string): Promise<string[]> {
  const rows = await fixture.db.read(tenantId, (tx) => tx.query<{ hashes: string[] }>(`SELECT token_hashes AS hashes FROM device WHERE tenant_id = $1`, [tenantId]));
  return rows[0]!.hashes;
}

test('[2] of many enrolments with one code exactly one wins, and earlier tokens stay valid', async () => {
  const tenant = await cafe();
  const code = tenant.devices![0]!.enrolmentCode!;
  const tries = await Promise.allSettled(Array.from({ length: 6 }, () => enroll(fixture.db, { code }, fixture.ports)));
  const won = tries.filter((entry) => entry.status === 'fulfilled').map((entry) => entry.value);
  expect(won).toEqual([
    { deviceId: tenant.devices![0]!.deviceId, branchId: tenant.branches![0]!.branchId, tenantId: tenant.tenantId, deviceToken: textLike(/^mdt_/) },
  ]);
  for (const lost of tries.filter((entry) => entry.status === 'rejected')) expect(lost.reason).toMatchObject({ code: 'UNAUTHORIZED' });
  expect(await tokenHashes(tenant.tenantId)).toEqual([secretHash(tenant.devices![0]!.deviceToken!), secretHash(won[0]!.deviceToken)]);
});

test('[2] a wrong, an expired and a reissued code, and that of a revoked device, enrol nothing', async () => {
  const refused = (code: string) => expect(enroll(fixture.db, { code }, fixture.ports)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  await refused('ABCDEF');
  await refused('A'.repeat(42));
  const reissued = await cafe();
  await fixture.provision({ tenants: [{ id: reissued.tenantId, devices: [{ name: 'till', reissue: true }] }] });
  await refused(reissued.devices![0]!.enrolmentCode!);
  const revoked = await cafe();
  await fixture.provision({ tenants: [{ id: revoked.tenantId, devices: [{ name: 'till', status: 'REVOKED' }] }] });
  await refused(revoked.devices![0]!.enrolmentCode!);
  const old = await cafe();
  fixture.advance(8 * 86_400_000);
  await refused(old.devices![0]!.enrolmentCode!);
});

test('[2] the right PIN signs in; every wrong way gets one and the same answer', async () => {
  const tenant = await cafe();
  const session = sessionOf(tenant);
  const ports = { ...fixture.ports, pins: open };
  const actorId = (index: number) => knownActorId(tenant.actors![index]!.actorId);
  expect(await signIn(fixture.db, session, { actorId: actorId(0), pin: '1234' }, ports)).toEqual({ actorId: actorId(0), name: 'Dara', role: 'CASHIER' });
  const wrong = [
    { actorId: actorId(0), pin: '4321' },
    { actorId: actorId(1), pin: '1234' },
    { actorId: actorId(2), pin: '' },
    { actorId: knownActorId(randomUUID()), pin: '1234' },
  ];
  for (const input of wrong) {
    await expect(signIn(fixture.db, session, input, ports)).rejects.toMatchObject({ code: 'FORBIDDEN', data: { reason: 'WRONG_PIN' } });
  }
});

test('[P5] nobody signs in or out on an archived branch; on a frozen one people still change shifts', async () => {
  const tenant = await cafe();
  const session = sessionOf(tenant);
  const input = { actorId: knownActorId(tenant.actors![0]!.actorId), pin: '1234' };
  const ports = { ...fixture.ports, pins: open };
  const setStatus = (status: string) => fixture.provision({ tenants: [{ id: tenant.tenantId, branches: [{ name: 'A', status }] }] });
  await setStatus('FROZEN');
  await signIn(fixture.db, session, input, ports);
  await setStatus('ARCHIVED');
  const refused = { code: 'FORBIDDEN', data: { reason: 'BRANCH_ARCHIVED' } };
  await expect(signIn(fixture.db, session, input, ports)).rejects.toMatchObject(refused);
  await expect(signOut(fixture.db, session, input, ports)).rejects.toMatchObject(refused);
  const rows = await fixture.db.read(session.tenantId, (tx) => tx.query(`SELECT active FROM device_sign_in WHERE tenant_id = $1`, [session.tenantId]));
  expect(rows).toEqual([{ active: true }]);
});

test('[A1] signing out ends the sign-in, but "at some time" stays true', async () => {
  const tenant = await cafe();
  const session = sessionOf(tenant);
  const actorId = knownActorId(tenant.actors![0]!.actorId);
  await signIn(fixture.db, session, { actorId, pin: '1234' }, { ...fixture.ports, pins: open });
  await signOut(fixture.db, session, { actorId }, fixture.ports);
  const rows = await fixture.db.read(session.tenantId, (tx) =>
    tx.query(`SELECT active FROM device_sign_in WHERE tenant_id = $1 AND actor_id = $2`, [session.tenantId, actorId]),
  );
  expect(rows).toEqual([{ active: false }]);
});

test('[2] a limiter that is spent answers with a time, before any PIN is compared', async () => {
  const tenant = await cafe();
  const spent: AttemptLimiter = { take: () => Promise.resolve({ kind: 'limited', retryAfterMs: 9_000 }), reset: () => Promise.resolve() };
  const actorId = knownActorId(tenant.actors![0]!.actorId);
  await expect(signIn(fixture.db, sessionOf(tenant), { actorId, pin: '1234' }, { ...fixture.ports, pins: spent })).rejects.toMatchObject({
    code: 'TOO_MANY_REQUESTS',
    data: { retryAfterMs: 9_000 },
  });
});
