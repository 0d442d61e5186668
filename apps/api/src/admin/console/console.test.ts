import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseClientOpId, type TenantId } from '@modula/sync-core';
import type { SupportSession } from '../../engine/session.ts';
import { moveEpoch } from '../epoch/move-epoch.ts';
import { setBranchStatus, setDeviceStatus } from '../freeze/set-status.ts';
import { knownBranchId, knownDeviceId, knownTenantId } from '../known-id.ts';
import type { AttemptLimiter } from '../ports.ts';
import { startAdminFixture, textLike, type AdminFixture } from '../testing/admin-fixture.ts';
import { listAudit } from './audit-log.ts';
import { listDevices, type DevicePage } from './devices.ts';
import { listFailedOperations, type FailedPage } from './failed-operations.ts';
import { readOperation } from './operation-detail.ts';
import { listStreams, readFeed, type StreamPage } from './streams.ts';
import { secretHash } from '../secrets/token.ts';
import { findSupportSession, signInSupport, signOutSupport } from './support-sessions.ts';
import { listTenants } from './tenants.ts';

let fixture: AdminFixture;
beforeAll(async () => {
  fixture = await startAdminFixture();
});
afterAll(() => fixture.close());

const passwords: AttemptLimiter = { take: () => Promise.resolve({ kind: 'ok' }), reset: () => Promise.resolve() };
const person = (role: SupportSession['role']): SupportSession => ({ kind: 'support', supportUserId: randomUUID(), email: 'x@example.com', role });

const cafe = () =>
  fixture.tenant({
    branches: [{ name: 'A' }],
    actors: [{ name: 'Dara', role: 'OWNER' }],
    devices: [{ name: 'till', branch: 'A', actors: ['Dara'] }],
  });

async function failOperation(tenantId: TenantId, about: { branchId: string; deviceId: string; actorId: string; code: string; deviceSeq: number; dependsOn?: string[] }) {
  const clientOpId = parseClientOpId(randomUUID())!;
  fixture.advance(1_000);
  await fixture.db.transaction(tenantId, (tx) =>
    tx.execute(
      `INSERT INTO operation (tenant_id, client_op_id, lane, device_id, device_seq, type, version, branch_id, actor_id, payload, payload_hash, depends_on,
                              occurred_at, received_at, stream_branch_id, status, failure, failure_code, amount_minor, amount_currency, decided_at)
       VALUES ($1, $2, 'replay', $3, $4, 'sale.finalize', 1, $5, $6, '{"saleId":"s"}', 'hash', $7::uuid[], $8::text::timestamptz, $8::text::timestamptz, $5,
               'FAILED', $9, $10, 450, 'USD', $8::text::timestamptz)`,
      [tenantId, clientOpId, about.deviceId, about.deviceSeq, about.branchId, about.actorId, about.dependsOn ?? [], fixture.ports.now(), JSON.stringify({ code: about.code, message: 'm', details: null, evidence: null }), about.code],
    ),
  );
  return clientOpId;
}

test('a support session opens with the password, is found by its token, and ends', async () => {
  const email = `${randomUUID()}@example.com`;
  await fixture.provision({ support: [{ email, password: 'correct horse', role: 'OPERATOR' }] });
  const ports = { ...fixture.ports, passwords };
  await expect(signInSupport(fixture.db, { email, password: 'wrong' }, ports)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  await expect(signInSupport(fixture.db, { email: 'nobody@example.com', password: 'x' }, ports)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  const opened = await signInSupport(fixture.db, { email: email.toUpperCase(), password: 'correct horse' }, ports);
  expect(opened).toMatchObject({ token: textLike(/^mst_/), role: 'OPERATOR' });
  const find = (token: string) => findSupportSession(fixture.db, secretHash(token), fixture.ports);
  expect(await find(opened.token)).toMatchObject({ kind: 'support', email, role: 'OPERATOR' });
  fixture.advance(13 * 3_600_000);
  expect(await find(opened.token)).toBeNull();
  const second = await signInSupport(fixture.db, { email, password: 'correct horse' }, ports);
  await signOutSupport(fixture.db, second.token);
  expect(await find(second.token)).toBeNull();
});

test('failed operations page newest first, by code, branch and device', async () => {
  const tenant = await cafe();
  const tenantId = knownTenantId(tenant.tenantId);
  const about = { branchId: tenant.branches![0]!.branchId, deviceId: tenant.devices![0]!.deviceId, actorId: tenant.actors![0]!.actorId };
  const ids: string[] = [];
  for (let index = 1; index <= 5; index += 1) ids.unshift(await failOperation(tenantId, { ...about, deviceSeq: index, code: index % 2 === 0 ? 'PERMISSION_DENIED' : 'BRANCH_FROZEN' }));
  const paged: string[] = [];
  let after: FailedPage['next'] = null;
  do {
    const page: FailedPage = await listFailedOperations(fixture.db, tenantId, { after, limit: 2 });
    paged.push(...page.operations.map((operation) => operation.clientOpId));
    after = page.next;
  } while (after !== null);
  expect(paged).toEqual(ids);
  const denied = await listFailedOperations(fixture.db, tenantId, { code: 'PERMISSION_DENIED', ...about });
  expect(denied.operations).toHaveLength(2);
  expect(denied.operations[0]).toMatchObject({ amountMinor: 450, failure: { code: 'PERMISSION_DENIED' } });
  expect((await listFailedOperations(fixture.db, tenantId, { branchId: randomUUID() })).operations).toEqual([]);
  const search = await listTenants(fixture.db, { search: tenant.name.slice(-12) });
  expect(search.tenants).toEqual([{ tenantId, name: tenant.name, status: 'ACTIVE', branches: 1, failedOperations: 5 }]);
});

test('streams and devices come in pages that follow each other without a gap', async () => {
  const names = ['A', 'B', 'C'];
  const tenant = await fixture.tenant({
    branches: names.map((name) => ({ name })),
    actors: [{ name: 'Dara', role: 'OWNER' }],
    devices: names.flatMap((branch) => [1, 2].map((till) => ({ name: `till ${till}`, branch, actors: ['Dara'] }))),
  });
  const tenantId = knownTenantId(tenant.tenantId);
  const streams: string[] = [];
  let afterStream: StreamPage['next'] = null;
  do {
    const page: StreamPage = await listStreams(fixture.db, tenantId, { after: afterStream, limit: 2 });
    streams.push(...page.streams.map(({ name }) => name));
    afterStream = page.next;
  } while (afterStream !== null);
  expect(streams).toEqual(names);
  const devices: string[] = [];
  let afterDevice: DevicePage['next'] = null;
  do {
    const page: DevicePage = await listDevices(fixture.db, tenantId, { after: afterDevice, limit: 4 });
    for (const { signedIn } of page.devices) expect(signedIn).toMatchObject([{ name: 'Dara' }]);
    devices.push(...page.devices.map(({ deviceId }) => deviceId));
    afterDevice = page.next;
  } while (afterDevice !== null);
  expect(devices.toSorted()).toEqual(tenant.devices!.map(({ deviceId }) => deviceId).toSorted());
});

test('[A4] an operation is shown whole to an operator, without its payload to a viewer, and to no other tenant', async () => {
  const tenant = await cafe();
  const tenantId = knownTenantId(tenant.tenantId);
  const about = { branchId: tenant.branches![0]!.branchId, deviceId: tenant.devices![0]!.deviceId, actorId: tenant.actors![0]!.actorId };
  const clientOpId = await failOperation(tenantId, { ...about, deviceSeq: 1, code: 'BRANCH_FROZEN' });
  const dependent = await failOperation(tenantId, { ...about, deviceSeq: 2, code: 'DEPENDENCY_FAILED', dependsOn: [clientOpId] });
  const whole = await readOperation(fixture.db, tenantId, { clientOpId, session: person('OPERATOR') });
  expect(whole).toMatchObject({
    operation: { clientOpId, payload: { saleId: 's' }, failure: { code: 'BRANCH_FROZEN' } },
    dependents: [{ clientOpId: dependent, type: 'sale.finalize', status: 'FAILED', code: 'DEPENDENCY_FAILED' }],
    effects: [],
    audit: [],
  });
  const masked = await readOperation(fixture.db, tenantId, { clientOpId, session: person('VIEWER') });
  expect(masked.operation).toMatchObject({ payload: null, payloadHash: 'hash' });
  const other = knownTenantId((await cafe()).tenantId);
  await expect(readOperation(fixture.db, other, { clientOpId, session: person('ADMIN') })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('[A5] what an administrator does is audited, published and seen', async () => {
  const tenant = await cafe();
  const tenantId = knownTenantId(tenant.tenantId);
  const branchId = knownBranchId(tenant.branches![0]!.branchId);
  const act = { tenantId, operator: 'ops@example.com', reason: 'stolen' };
  await setDeviceStatus(fixture.db, { ...act, deviceId: knownDeviceId(tenant.devices![0]!.deviceId), status: 'REVOKED' }, fixture.ports);
  fixture.advance(1_000);
  await setBranchStatus(fixture.db, { ...act, branchId, status: 'FROZEN' }, fixture.ports);
  fixture.advance(1_000);
  expect(await moveEpoch(fixture.db, tenantId, { branches: 'all', operator: act.operator, reason: 'restored' }, fixture.ports)).toEqual([{ branchId, epoch: 2 }]);
  await expect(setBranchStatus(fixture.db, { ...act, branchId: knownBranchId(randomUUID()), status: 'FROZEN' }, fixture.ports)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const audit = await listAudit(fixture.db, tenantId, { acts: true });
  expect(audit.entries.map((entry) => [entry.action, entry.operator, entry.reason])).toEqual([
    ['stream.epoch', 'ops@example.com', 'restored'],
    ['branch.status', 'ops@example.com', 'stolen'],
    ['device.status', 'ops@example.com', 'stolen'],
  ]);
  const { devices: [device] } = await listDevices(fixture.db, tenantId);
  expect(device).toMatchObject({ name: 'till', status: 'REVOKED', gaps: [], checkpoints: [], signedIn: [{ name: 'Dara' }] });
  const { streams: [stream] } = await listStreams(fixture.db, tenantId);
  expect(stream).toMatchObject({ branchId, name: 'A', status: 'FROZEN', head: 4, epoch: 2, liveCount: 3, devices: 0 });
  const feed = await readFeed(fixture.db, tenantId, { branchId, fromSeq: 4, limit: 10, session: person('OPERATOR') });
  expect(feed).toMatchObject({ head: 4, entries: [{ seq: 4, entityKind: 'context.branch', payload: { status: 'FROZEN' }, replacedBySeq: null }] });
});
