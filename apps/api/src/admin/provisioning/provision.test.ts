import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startAdminFixture, textLike, type AdminFixture } from '../testing/admin-fixture.ts';
import { provision } from './provision.ts';
import { parseSpec } from './spec.ts';

let fixture: AdminFixture;
beforeAll(async () => {
  fixture = await startAdminFixture();
});
afterAll(() => fixture.close());

const cafe = (name: string) => ({
  tenants: [
    {
      name,
      branches: [{ name: 'Sen Sok' }, { name: 'Toul Kork' }],
      actors: [
        { name: 'Dara', role: 'OWNER', branches: ['Sen Sok'], pin: '1234' },
        { name: 'Sok', role: 'CASHIER', branches: ['Sen Sok'] },
      ],
      devices: [{ name: 'till-1', branch: 'Sen Sok', actors: ['Dara', 'Sok'] }],
    },
  ],
});

test('[5] ids, tokens and enrolment codes stand beside the names', async () => {
  const output = await fixture.provision(cafe(`cafe ${randomUUID()}`));
  const tenant = output.tenants![0]!;
  expect(tenant.branches!.map((branch) => branch.name)).toEqual(['Sen Sok', 'Toul Kork']);
  expect(tenant.actors![0]).toMatchObject({ name: 'Dara', role: 'OWNER', actorToken: textLike(/^mat_/) });
  expect(tenant.devices![0]).toMatchObject({
    name: 'till-1',
    branch: 'Sen Sok',
    branchId: tenant.branches![0]!.branchId,
    deviceToken: textLike(/^mdt_/),
    enrolmentCode: textLike(/^[A-Z2-7]{6}(-[A-Z2-7]{6}){6}$/),
  });
  expect(JSON.stringify(output)).not.toContain('1234');
});

test('[5] running the file twice changes nothing, appends nothing and prints no token again', async () => {
  const spec = cafe(`cafe ${randomUUID()}`);
  const first = (await fixture.provision(spec)).tenants![0]!;
  const feedBefore = await fixture.feed(first.tenantId, first.branches![0]!.branchId);
  const second = (await fixture.provision(spec)).tenants![0]!;
  expect(second.tenantId).toBe(first.tenantId);
  expect(second.devices![0]!.deviceId).toBe(first.devices![0]!.deviceId);
  expect(second.actors!.map((actor) => actor.actorToken)).toEqual([undefined, undefined]);
  expect(second.devices![0]).not.toHaveProperty('deviceToken');
  expect(second.devices![0]).not.toHaveProperty('enrolmentCode');
  expect(await fixture.feed(first.tenantId, first.branches![0]!.branchId)).toEqual(feedBefore);
});

test('[5] context is in the feed: tenant, branch, and the actors who may work there', async () => {
  const tenant = (await fixture.provision(cafe(`cafe ${randomUUID()}`))).tenants![0]!;
  const [senSok, toulKork] = tenant.branches!;
  const here = await fixture.feed(tenant.tenantId, senSok!.branchId);
  expect(here.map((line) => line.seq)).toEqual([1, 2, 3, 4]);
  expect(here.map((line) => line.kind).toSorted()).toEqual(['context.actor', 'context.actor', 'context.branch', 'context.tenant']);
  const sok = here.find((line) => line.payload!['name'] === 'Sok')!;
  expect(sok.payload).toEqual({
    actorId: tenant.actors![1]!.actorId,
    name: 'Sok',
    role: 'CASHIER',
    status: 'ACTIVE',
    permissions: ['attendance.endWork', 'attendance.startWork', 'cashSession.close', 'cashSession.open', 'sale.finalize'],
    branchIds: [senSok!.branchId],
  });
  const there = await fixture.feed(tenant.tenantId, toulKork!.branchId);
  expect(new Set(there.map((line) => line.payload!['name']))).toEqual(new Set(['Dara', 'Toul Kork', tenant.name]));
});

test('[5] who loses a branch, or is revoked, becomes a tombstone there', async () => {
  const spec = cafe(`cafe ${randomUUID()}`);
  const tenant = (await fixture.provision(spec)).tenants![0]!;
  const [senSok, toulKork] = tenant.branches!;
  const sok = tenant.actors![1]!.actorId;
  await fixture.provision({ tenants: [{ id: tenant.tenantId, actors: [{ name: 'Sok', branches: ['Toul Kork'] }] }] });
  expect((await fixture.feed(tenant.tenantId, senSok!.branchId)).at(-1)).toMatchObject({ kind: 'context.actor', entityId: sok, op: 'TOMBSTONE' });
  expect((await fixture.feed(tenant.tenantId, toulKork!.branchId)).at(-1)).toMatchObject({ entityId: sok, op: 'UPSERT' });
  await fixture.provision({ tenants: [{ id: tenant.tenantId, actors: [{ id: sok, status: 'REVOKED' }] }] });
  expect((await fixture.feed(tenant.tenantId, toulKork!.branchId)).at(-1)).toMatchObject({ entityId: sok, op: 'TOMBSTONE' });
});

test('[F2] a branch that is archived hears of it last, and learns on its return what it missed', async () => {
  const tenant = (await fixture.provision(cafe(`cafe ${randomUUID()}`))).tenants![0]!;
  const { branchId } = tenant.branches![1]!;
  const change = (spec: object) => fixture.provision({ tenants: [{ id: tenant.tenantId, ...spec }] });
  await change({ branches: [{ id: branchId, status: 'ARCHIVED' }] });
  const archived = await fixture.feed(tenant.tenantId, branchId);
  expect(archived.at(-1)).toMatchObject({ kind: 'context.branch', payload: { status: 'ARCHIVED' } });
  await change({ name: `renamed ${tenant.name}`, actors: [{ name: 'Dara', status: 'REVOKED' }, { name: 'Lina', role: 'OWNER' }] });
  expect(await fixture.feed(tenant.tenantId, branchId)).toHaveLength(archived.length);
  await change({ branches: [{ id: branchId, status: 'ACTIVE' }] });
  const back = (await fixture.feed(tenant.tenantId, branchId)).slice(archived.length);
  expect(back.map((line) => [line.kind, line.op, line.payload?.['name'] ?? null])).toEqual([
    ['context.tenant', 'UPSERT', `renamed ${tenant.name}`],
    ['context.actor', 'TOMBSTONE', null],
    ['context.actor', 'UPSERT', 'Lina'],
    ['context.branch', 'UPSERT', 'Toul Kork'],
  ]);
});

test('[5] reissue ends every token and unused code of the device, and only then', async () => {
  const tenant = await fixture.tenant({ branches: [{ name: 'A' }], devices: [{ name: 'till', branch: 'A' }] });
  const hashes = async () =>
    (await fixture.db.read(tenant.tenantId, (tx) => tx.query<{ hashes: string[] }>(`SELECT token_hashes AS hashes FROM device WHERE tenant_id = $1`, [tenant.tenantId])))[0]!.hashes;
  const before = await hashes();
  const again = (await fixture.provision({ tenants: [{ id: tenant.tenantId, devices: [{ name: 'till', branch: 'A', reissue: true }] }] })).tenants![0]!;
  expect(again.devices![0]!.deviceToken).not.toBe(tenant.devices![0]!.deviceToken);
  expect(await hashes()).toHaveLength(1);
  expect(await hashes()).not.toEqual(before);
});

test('[5] a till that is listed under another branch than before moves there, with its token', async () => {
  const tenant = await fixture.tenant({ branches: [{ name: 'A' }, { name: 'B' }], devices: [{ name: 'till', branch: 'A' }] });
  const { deviceId } = tenant.devices![0]!;
  const branchId = tenant.branches![1]!.branchId;
  const list = async (devices: object[]) => (await fixture.provision({ tenants: [{ id: tenant.tenantId, devices }] })).tenants![0]!.devices!;
  const [moved] = await list([{ name: 'till', branch: 'B' }]);
  expect(moved).toEqual({ name: 'till', branch: 'B', deviceId, branchId, status: 'ACTIVE' });
  expect(await list([{ name: 'till', branch: 'B' }])).toEqual([moved]);
  // Listed where it is as well, it stays, and the other one is new.
  const both = await list([{ name: 'till', branch: 'A' }, { name: 'till', branch: 'B' }]);
  expect(both[1]).toEqual(moved);
  expect(both[0]).toMatchObject({ branchId: tenant.branches![0]!.branchId, deviceToken: textLike(/^mdt_/) });
  expect(both[0]!.deviceId).not.toBe(deviceId);
});

test('[5] a revoked till moves nowhere: the one that is listed elsewhere is new', async () => {
  const tenant = await fixture.tenant({ branches: [{ name: 'A' }, { name: 'B' }], devices: [{ name: 'till', branch: 'A', status: 'REVOKED' }] });
  const again = await fixture.provision({ tenants: [{ id: tenant.tenantId, devices: [{ name: 'till', branch: 'B' }] }] });
  const [made] = again.tenants![0]!.devices!;
  expect(made).toMatchObject({ status: 'ACTIVE', branchId: tenant.branches![1]!.branchId, deviceToken: textLike(/^mdt_/) });
  expect(made!.deviceId).not.toBe(tenant.devices![0]!.deviceId);
});

test('[5] which of several tills moved is not guessed', async () => {
  const tenant = await fixture.tenant({
    branches: [{ name: 'A' }, { name: 'B' }, { name: 'C' }],
    devices: [{ name: 'till', branch: 'A' }, { name: 'till', branch: 'B' }],
  });
  const provisioning = (devices: object[]) => {
    const parsed = parseSpec({ tenants: [{ id: tenant.tenantId, devices }] });
    if (parsed.kind === 'bad') throw new Error('the shape is right');
    return provision(fixture.db, parsed.spec, fixture.ports);
  };
  expect(await provisioning([{ name: 'till', branch: 'C' }])).toEqual({
    kind: 'refused',
    issues: [{ path: 'tenants[0].devices[0]', message: 'several devices are named "till": give the id of the one that moves here' }],
  });
  // With one of them listed where it is, only the other one can have moved.
  expect(await provisioning([{ name: 'till', branch: 'C' }, { name: 'till', branch: 'A' }])).toMatchObject({
    kind: 'done',
    output: { tenants: [{ devices: [{ deviceId: tenant.devices![1]!.deviceId }, { deviceId: tenant.devices![0]!.deviceId }] }] },
  });
});

test('[5] an id may be given for a new thing, which is then made with it', async () => {
  const [tenantId, branchId, actorId, deviceId] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const spec = {
    tenants: [
      {
        id: tenantId,
        name: `given ${tenantId}`,
        branches: [{ id: branchId, name: 'A' }],
        actors: [{ id: actorId, name: 'Dara', role: 'MANAGER', branches: ['A'] }],
        devices: [{ id: deviceId, name: 'till', branch: 'A', actors: ['Dara'] }],
      },
    ],
  };
  const made = (await fixture.provision(spec)).tenants![0]!;
  expect([made.tenantId, made.branches![0]!.branchId, made.actors![0]!.actorId, made.devices![0]!.deviceId]).toEqual([tenantId, branchId, actorId, deviceId]);
  const nudges = fixture.nudges.length;
  expect((await fixture.provision(spec)).tenants![0]!.devices![0]).not.toHaveProperty('deviceToken');
  expect(fixture.nudges).toHaveLength(nudges);
});

test('[5] a fault in the file names its path, and nothing of the file happens', async () => {
  const misshapen = parseSpec({ tenants: [{ name: 'A', actors: [{ name: 'x', role: 'BOSS' }], extra: 1 }] });
  const paths = misshapen.kind === 'bad' ? misshapen.issues.map((issue) => issue.path) : [];
  expect(new Set(paths)).toEqual(new Set(['tenants[0].actors[0].role', 'tenants[0]']));
  const name = `never ${randomUUID()}`;
  const parsed = parseSpec({ tenants: [{ name, branches: [{ name: 'A' }], devices: [{ name: 'till', branch: 'B' }] }] });
  if (parsed.kind === 'bad') throw new Error('the shape is right');
  expect(await provision(fixture.db, parsed.spec, fixture.ports)).toEqual({
    kind: 'refused',
    issues: [{ path: 'tenants[0].devices[0].branch', message: 'no branch "B" in this tenant' }],
  });
  const known = await fixture.db.global((tx) => tx.query(`SELECT tenant_ref FROM tenant_directory WHERE name = $1`, [name]));
  expect(known).toEqual([]);
});

test('[5] the same file run by several at once makes one of everything', async () => {
  const spec = cafe(`race ${randomUUID()}`);
  const outputs = await Promise.all([1, 2, 3, 4].map(() => fixture.provision(spec)));
  const tenants = outputs.map((output) => output.tenants![0]!);
  expect(new Set(tenants.map((tenant) => tenant.tenantId)).size).toBe(1);
  expect(new Set(tenants.map((tenant) => tenant.devices![0]!.deviceId)).size).toBe(1);
  expect(tenants.filter((tenant) => tenant.devices![0]!.deviceToken !== undefined)).toHaveLength(1);
});

test('[5] support staff are matched by e-mail; a changed password ends their sessions', async () => {
  const email = `${randomUUID()}@example.com`;
  const first = await fixture.provision({ support: [{ email, password: 'correct horse', role: 'VIEWER' }] });
  const userId = first.support![0]!.supportUserId;
  await fixture.db.global((tx) =>
    tx.execute(`INSERT INTO support_session (token_hash, support_user_id, expires_at) VALUES ($1, $2, '2999-01-01T00:00:00Z')`, [randomUUID(), userId]),
  );
  const sessions = async () => (await fixture.db.global((tx) => tx.query(`SELECT token_hash FROM support_session WHERE support_user_id = $1`, [userId]))).length;
  await fixture.provision({ support: [{ email: email.toUpperCase(), password: 'correct horse', role: 'VIEWER' }] });
  expect(await sessions()).toBe(1);
  const second = await fixture.provision({ support: [{ email, password: 'another horse', role: 'ADMIN' }] });
  expect(second.support).toEqual([{ email, role: 'ADMIN', supportUserId: userId }]);
  expect(await sessions()).toBe(0);
});
