import { isTransient, openDatabase, type Database } from '@modula/db';
import { parseClientOpId } from '@modula/sync-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../engine/engine.ts';
import { hydrate, push, startEngineFixture, type EngineFixture } from '../engine/testing/engine-fixture.ts';
import { brokenInvariants, effectsOf } from './testing/invariants.ts';
import { startPostgresProxy, type PostgresProxy } from './testing/postgres-proxy.ts';
import { openDrawer } from './testing/wire-till.ts';

let fixture: EngineFixture;
let proxy: PostgresProxy;
let db: Database;
/** A node whose way to the database can be cut. */
let engine: Engine;

beforeAll(async () => {
  fixture = await startEngineFixture();
  proxy = await startPostgresProxy(fixture.admin.url);
  db = await openDatabase({ url: proxy.url, maxConnections: 4, readConnections: 2 });
  engine = await fixture.secondNode({ wrap: () => db });
});
afterAll(async () => {
  await db.close();
  await proxy.close();
  await fixture.close();
});

test('[G1][G7] a connection lost before COMMIT applied nothing; the retry inside applies once', async () => {
  const { tenantId, tills } = await fixture.cafe();
  const till = tills[0]!;
  const opening = till.operation('cashSession.open', openDrawer());
  proxy.onCommitOf(tenantId, 'cut-before', 'cut-before');
  const [result] = await push(engine, till, [opening]);
  expect(result).toMatchObject({ status: 'SYNCED', duplicate: false });
  expect(await effectsOf(fixture.db, tenantId, opening.clientOpId)).toEqual({ operations: 1, audits: 1, changes: 1 });
});

test('[G1][G7] a connection that is lost before every COMMIT leaves PENDING and nothing stored; the resend applies once', async () => {
  const { tenantId, tills } = await fixture.cafe();
  const till = tills[0]!;
  const operations = [till.operation('cashSession.open', openDrawer()), till.operation('attendance.startWork', { workId: 'work' })];
  proxy.onCommitOf(tenantId, 'cut-before', 'cut-before', 'cut-before', 'cut-before');
  for (const result of await push(engine, till, operations)) {
    expect(result).toMatchObject({ status: 'PENDING', failure: null, duplicate: false });
    expect(result.retryAfterMs).toBeGreaterThan(0);
  }
  for (const { clientOpId } of operations) {
    expect(await effectsOf(fixture.db, tenantId, clientOpId)).toEqual({ operations: 0, audits: 0, changes: 0 });
  }
  const resent = await push(engine, till, operations);
  expect(resent.map(({ status, duplicate }) => [status, duplicate])).toEqual([
    ['SYNCED', false],
    ['SYNCED', false],
  ]);
  expect(await brokenInvariants(fixture.db, tenantId)).toEqual([]);
});

test('[G1][G2] a COMMIT whose answer is lost: the retry inside finds the outcome, the resend is a duplicate, the effect is one', async () => {
  const { tenantId, tills } = await fixture.cafe();
  const till = tills[0]!;
  const opening = till.operation('cashSession.open', openDrawer());
  const before = proxy.happened.length;
  proxy.onCommitOf(tenantId, 'cut-after');
  const [result] = await push(engine, till, [opening]);
  expect(proxy.happened.slice(before)).toEqual(['cut-after']);
  expect(result).toMatchObject({ status: 'SYNCED', failure: null });
  const [again] = await push(fixture.engine, till, [opening]);
  expect(again).toEqual({ ...result, duplicate: true });
  expect(await effectsOf(fixture.db, tenantId, opening.clientOpId)).toEqual({ operations: 1, audits: 1, changes: 1 });
  expect(await brokenInvariants(fixture.db, tenantId)).toEqual([]);
});

test('[G1][G2] when every answer is lost the operation is PENDING though it happened, and the resend says so', async () => {
  const { tenantId, tills } = await fixture.cafe();
  const till = tills[0]!;
  const opening = till.operation('cashSession.open', openDrawer());
  proxy.onCommitOf(tenantId, 'cut-after', 'cut-after', 'cut-after', 'cut-after');
  const [result] = await push(engine, till, [opening]);
  expect(result).toMatchObject({ status: 'PENDING' });
  const [again] = await push(fixture.engine, till, [opening]);
  expect(again).toMatchObject({ status: 'SYNCED', duplicate: true });
  const sessions = (await hydrate(fixture.engine, till)).changes.filter(({ entityKind }) => entityKind === 'cashSession.session');
  expect(sessions).toHaveLength(1);
  expect(await effectsOf(fixture.db, tenantId, opening.clientOpId)).toEqual({ operations: 1, audits: 1, changes: 1 });
});

test('[G1] a batch of three whose COMMIT answer is lost keeps its order and its one effect each', async () => {
  const { tenantId, tills } = await fixture.cafe();
  const till = tills[0]!;
  const drawer = openDrawer();
  const opening = till.operation('cashSession.open', drawer);
  const operations = [
    opening,
    till.operation('cashSession.movement', { movementId: 'in', cashSessionId: drawer.cashSessionId, kind: 'PAID_IN', amountMinor: 500, reason: 'change' }),
    till.operation('cashSession.close', { cashSessionId: drawer.cashSessionId, countedMinor: 10_500 }, { dependsOn: [parseClientOpId(opening.clientOpId)!] }),
  ];
  proxy.onCommitOf(tenantId, 'cut-after');
  const results = await push(engine, till, operations);
  expect(results.map(({ status }) => status)).toEqual(['SYNCED', 'SYNCED', 'SYNCED']);
  expect(results[2]!.result).toMatchObject({ expectedMinor: 10_500, varianceMinor: 0 });
  expect(await brokenInvariants(fixture.db, tenantId)).toEqual([]);
});

test('[G1][A5] a support retry whose COMMIT answer is lost happened once', async () => {
  const { tenantId, tills } = await fixture.cafe();
  const till = tills[0]!;
  const drawer = openDrawer();
  const movement = till.operation('cashSession.movement', { movementId: 'm', cashSessionId: drawer.cashSessionId, kind: 'PAID_IN', amountMinor: 5, reason: 'x' });
  expect(await push(engine, till, [movement])).toMatchObject([{ status: 'FAILED' }]);
  await push(engine, till, [till.operation('cashSession.open', drawer)]);
  const act = { operator: 'vanna@example.org', reason: 'the drawer is open now', withDependents: false };
  const retry = (on: Engine) => on.retry(tenantId, parseClientOpId(movement.clientOpId)!, act);
  proxy.onCommitOf(tenantId, 'cut-after');
  await retry(engine).catch(() => {});
  expect(await push(fixture.engine, till, [movement])).toMatchObject([{ status: 'SYNCED', duplicate: true }]);
  expect(await retry(fixture.engine)).toMatchObject([{ status: 'SYNCED', duplicate: true }]);
  const attempts = await fixture.db.read(tenantId, (tx) =>
    tx.query('SELECT kind FROM operation_attempt WHERE tenant_id = $1 AND client_op_id = $2', [tenantId, movement.clientOpId]),
  );
  expect(attempts).toEqual([{ kind: 'REPLACED' }]);
  expect(await brokenInvariants(fixture.db, tenantId)).toEqual([]);
});

test('[2.3] a pull through a lost connection fails as transient and works again at once', async () => {
  const { tills } = await fixture.cafe();
  const till = tills[0]!;
  await hydrate(engine, till);
  proxy.cutAll({ refuse: true });
  const refused = await hydrate(engine, till).catch((error: unknown) => error);
  expect(isTransient(refused)).toBe(true);
  proxy.accept();
  expect((await hydrate(engine, till)).head).toBeGreaterThan(0);
});
