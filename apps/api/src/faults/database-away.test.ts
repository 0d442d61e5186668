import process from 'node:process';
import { openDatabase } from '@modula/db';
import { startTestPostgres, type TestPostgres } from '@modula/db/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { provisionTenant, startTestService, type TestService, type TestTenant } from '../testing/index.ts';
import { brokenInvariants } from './testing/invariants.ts';
import { postmasterOf } from './testing/postmaster.ts';
import { bodyOf, callRaw } from './testing/raw-request.ts';
import { openDrawer, wireTill, type WireTill } from './testing/wire-till.ts';

let postgres: TestPostgres;
let service: TestService;
let tenant: TestTenant;
let till: WireTill;

beforeAll(async () => {
  postgres = await startTestPostgres();
  service = await startTestService({ databaseUrl: postgres.url });
  tenant = await provisionTenant(postgres.url);
  till = wireTill(tenant, tenant.devices[0]!);
});
afterAll(async () => {
  await service.stop();
  await postgres.close();
});

const RECOVERY = { timeout: 20_000, interval: 100 };
const UNAVAILABLE = { error: { data: { code: 'SERVICE_UNAVAILABLE', sync: { code: 'SERVICE_UNAVAILABLE', retryAfterMs: expect.any(Number) as number } } } };
const ready = async () => (await fetch(`${service.url}/readyz`)).status;

function pull() {
  const input = { branchId: tenant.branchId, moduleScopes: ['menu.*', 'context.*'], cursor: null };
  return callRaw(service.url, 'sync.pull', { method: 'GET', token: till.device.deviceToken, input });
}

function push(operations: readonly object[]) {
  return callRaw(service.url, 'sync.push', { method: 'POST', token: till.device.deviceToken, input: { operations } });
}

/** While the database is away: a pull says so, a push is undecided or says so, and nothing else. */
async function expectAway(operation: object): Promise<void> {
  const pulled = await pull();
  expect([pulled.status, bodyOf(pulled.text)]).toMatchObject([503, UNAVAILABLE]);
  const pushed = await push([operation]);
  const undecided = { result: { data: { results: [{ status: 'PENDING', failure: null }] } } };
  expect([pushed.status, bodyOf(pushed.text)]).toMatchObject(pushed.status === 200 ? [200, undecided] : [503, UNAVAILABLE]);
  for (const { text } of [pulled, pushed]) expect(text).not.toMatch(/ECONN|postgres|127\.0\.0\.1|select |insert |at \w+ \(/i);
}

/** The same process serves again: nobody restarted it. */
async function expectBack(operation: object): Promise<void> {
  await expect.poll(ready, RECOVERY).toBe(200);
  await expect.poll(async () => (await pull()).status, RECOVERY).toBe(200);
  const pushed = await push([operation]);
  expect(bodyOf(pushed.text)).toMatchObject({ result: { data: { results: [{ status: expect.stringMatching(/SYNCED|FAILED/) as string }] } } });
}

test('[2.3][G7] the database is stopped and started: away is said with a time to come back, and the same node goes on', async () => {
  const opening = till.operation('cashSession.open', openDrawer());
  expect(await ready()).toBe(200);
  await postgres.stop();
  await expectAway(opening);
  expect(await ready()).toBe(503);
  expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
  await postgres.start();
  await expectBack(opening);
  const [again] = await till.push(service.url, [opening]);
  expect(again).toMatchObject({ status: 'SYNCED', duplicate: true });
});

test('[2.3][G7] an immediate shutdown of the database is survived like a crash', async () => {
  const before = await till.push(service.url, [till.operation('attendance.startWork', { workId: 'immediate' })]);
  expect(before).toMatchObject([{ status: 'SYNCED' }]);
  process.kill(await postmasterOf(postgres.url), 'SIGQUIT');
  // Whoever watches over the server starts it again; what came meanwhile was undecided.
  const ending = till.operation('attendance.endWork', { workId: 'immediate' });
  const during = await push([ending]);
  expect([200, 503]).toContain(during.status);
  await expectBack(ending);
  expect(await till.push(service.url, [ending])).toMatchObject([{ status: 'SYNCED', duplicate: true }]);
});

test('[2.3][G7] a smart shutdown lets the service finish what it can, decides nothing by halves, and is survived', async () => {
  const started = till.operation('attendance.startWork', { workId: 'smart' });
  process.kill(await postmasterOf(postgres.url), 'SIGTERM');
  // Old connections still work, new ones are refused: either way an answer comes.
  const during = await push([started]);
  expect([200, 503]).toContain(during.status);
  expect(during.text).not.toContain('"FAILED"');
  await postgres.stop();
  await expectAway(started);
  await postgres.start();
  await expectBack(started);
  expect(await till.push(service.url, [started])).toMatchObject([{ status: 'SYNCED', duplicate: true }]);
  const db = await openDatabase({ url: postgres.url, maxConnections: 1, readConnections: 1 });
  expect(await brokenInvariants(db, tenant.tenantId)).toEqual([]);
  await db.close();
});
