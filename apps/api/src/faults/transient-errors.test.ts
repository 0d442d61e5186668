import { randomUUID } from 'node:crypto';
import { parseClientOpId, type JsonObject, type OperationType } from '@modula/sync-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../engine/engine.ts';
import { RequestError } from '../engine/request-error.ts';
import { hydrate, push, startEngineFixture, type Cafe, type EngineFixture } from '../engine/testing/engine-fixture.ts';
import { saleOf } from '../modules/testing/sale-payload.ts';
import { createFaults } from './testing/faulty-database.ts';
import { brokenInvariants, effectsOf } from './testing/invariants.ts';
import { holdStreams } from './testing/stream-lock.ts';
import { openDrawer } from './testing/wire-till.ts';

const faults = createFaults();
let fixture: EngineFixture;
let engine: Engine;

beforeAll(async () => {
  fixture = await startEngineFixture();
  engine = await fixture.secondNode({ wrap: (db) => faults.wrap(db) });
});
afterEach(() => faults.heal());
afterAll(() => fixture.close());

const TRANSIENT = ['40001', '40P01', '55P03', '57014', '53200'];

/** A sale out of an open drawer, of a tracked item: the operation with the most statements. */
async function sellingCafe(): Promise<Cafe & { readonly sale: () => JsonObject }> {
  const cafe = await fixture.cafe();
  const till = cafe.tills[0]!;
  const drawer = openDrawer();
  await push(fixture.engine, till, [till.operation('cashSession.open', drawer)]);
  await direct(fixture.engine, cafe, 'menu.upsertItem', { menuItemId: 'coffee', name: 'Iced coffee', category: null, priceMinor: 250, stockItemId: 'beans' });
  return { ...cafe, sale: () => ({ ...saleOf({ saleId: randomUUID(), cashSessionId: drawer.cashSessionId }) }) };
}

function direct(on: Engine, { tills, branchId, ownerId }: Cafe, type: OperationType, payload: JsonObject, clientOpId: string = randomUUID()) {
  return on.direct(tills[0]!.session, { type, clientOpId: parseClientOpId(clientOpId)!, branchId, actorId: ownerId, payload, dependsOn: [] });
}

test('[G7] whichever statement of a replayed sale meets a serialization failure or a deadlock, the sale happens once', async () => {
  const cafe = await sellingCafe();
  const till = cafe.tills[0]!;
  await push(engine, till, [till.operation('sale.finalize', cafe.sale())]);
  const { statements } = faults;
  expect(statements).toBeGreaterThan(10);
  for (let statement = 1; statement <= statements; statement += 1) {
    const sale = till.operation('sale.finalize', cafe.sale());
    const before = faults.happened;
    faults.failAt(statement, TRANSIENT[statement % 2]!, 1);
    const [result] = await push(engine, till, [sale]);
    expect([statement, faults.happened - before, result]).toMatchObject([statement, 1, { status: 'SYNCED', duplicate: false }]);
    expect(await effectsOf(fixture.db, cafe.tenantId, sale.clientOpId)).toEqual({ operations: 1, audits: 1, changes: 2 });
  }
  expect(await brokenInvariants(fixture.db, cafe.tenantId)).toEqual([]);
});

test('[G7] whichever statement of a direct, tenant-wide change meets a serialization failure or a deadlock, the change happens once', async () => {
  const cafe = await sellingCafe();
  const item = (price: number) => ({ menuItemId: 'coffee', name: 'Iced coffee', category: null, priceMinor: price, stockItemId: 'beans' });
  await direct(engine, cafe, 'menu.upsertItem', item(1));
  const { statements } = faults;
  for (let statement = 1; statement <= statements; statement += 1) {
    faults.failAt(statement, TRANSIENT[statement % 2]!, 1);
    const clientOpId = randomUUID();
    const result = await direct(engine, cafe, 'menu.upsertItem', item(1 + statement), clientOpId);
    expect([statement, result]).toMatchObject([statement, { status: 'SYNCED', duplicate: false }]);
    expect((await effectsOf(fixture.db, cafe.tenantId, clientOpId)).operations).toBe(1);
  }
  const { entities } = await hydrate(fixture.engine, cafe.tills[0]!);
  expect(entities.get('menu.item coffee')?.payload).toMatchObject({ priceMinor: 1 + statements });
  expect(await brokenInvariants(fixture.db, cafe.tenantId)).toEqual([]);
});

test('[G7] a transient failure that stays is PENDING with a time to come back, never a stored FAILED', async () => {
  const cafe = await sellingCafe();
  const till = cafe.tills[0]!;
  for (const sqlState of TRANSIENT) {
    const sales = [till.operation('sale.finalize', cafe.sale()), till.operation('sale.finalize', cafe.sale())];
    faults.failAt(12, sqlState);
    for (const result of await push(engine, till, sales)) {
      expect([sqlState, result]).toMatchObject([sqlState, { status: 'PENDING', failure: null, result: null, streamSeq: null }]);
      expect(result.retryAfterMs).toBeGreaterThan(0);
    }
    for (const { clientOpId } of sales) expect(await effectsOf(fixture.db, cafe.tenantId, clientOpId)).toEqual({ operations: 0, audits: 0, changes: 0 });
    faults.heal();
    expect(await push(engine, till, sales)).toMatchObject([{ status: 'SYNCED', duplicate: false }, { status: 'SYNCED', duplicate: false }]);
  }
  expect(await brokenInvariants(fixture.db, cafe.tenantId)).toEqual([]);
});

test('[G7] a direct call that nothing was decided about is SERVICE_UNAVAILABLE, and the same id succeeds later', async () => {
  const cafe = await sellingCafe();
  const clientOpId = randomUUID();
  const restock = { movementId: 'r1', stockItemId: 'beans', quantity: 5, reason: 'delivery' };
  faults.failAt(3, '40P01');
  const refused = await direct(engine, cafe, 'inventory.restock', restock, clientOpId).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(RequestError);
  expect(refused).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  expect((refused as RequestError).data['retryAfterMs']).toBeGreaterThan(0);
  faults.heal();
  expect(await direct(engine, cafe, 'inventory.restock', restock, clientOpId)).toMatchObject({ status: 'SYNCED', duplicate: false, result: { onHand: 5 } });
});

test('[G7] a branch whose stream somebody holds is PENDING, and SYNCED when it is free', async () => {
  const cafe = await sellingCafe();
  const till = cafe.tills[0]!;
  const sale = till.operation('sale.finalize', cafe.sale());
  // The service waits 2 s for a lock; a test need not.
  faults.prelude.push(`SET LOCAL lock_timeout = '50ms'`);
  const held = await holdStreams(fixture.admin.url, cafe.tenantId, [cafe.branchId]);
  const [pending] = await push(engine, till, [sale]);
  expect(pending).toMatchObject({ status: 'PENDING', failure: null });
  expect(pending!.retryAfterMs).toBeGreaterThan(0);
  expect((await effectsOf(fixture.db, cafe.tenantId, sale.clientOpId)).operations).toBe(0);
  await held.release();
  expect(await push(engine, till, [sale])).toMatchObject([{ status: 'SYNCED', duplicate: false }]);
});

test('[G7] a statement that runs too long is PENDING, and SYNCED when the database is quick again', async () => {
  const cafe = await sellingCafe();
  const till = cafe.tills[0]!;
  const sale = till.operation('sale.finalize', cafe.sale());
  faults.prelude.push(`SET LOCAL statement_timeout = '30ms'`, 'SELECT pg_sleep(5)');
  expect(await push(engine, till, [sale])).toMatchObject([{ status: 'PENDING', failure: null }]);
  expect((await effectsOf(fixture.db, cafe.tenantId, sale.clientOpId)).operations).toBe(0);
  faults.heal();
  expect(await push(engine, till, [sale])).toMatchObject([{ status: 'SYNCED', duplicate: false }]);
});

test('[G7] a transaction that was left idle too long is ended by the server, retried, and takes effect once', async () => {
  const cafe = await sellingCafe();
  const till = cafe.tills[0]!;
  const sale = till.operation('sale.finalize', cafe.sale());
  faults.prelude.push(`SET LOCAL idle_in_transaction_session_timeout = '30ms'`);
  let naps = 1;
  faults.beforeCommit = async () => {
    if (naps-- > 0) await new Promise((resolve) => setTimeout(resolve, 300));
  };
  expect(await push(engine, till, [sale])).toMatchObject([{ status: 'SYNCED', duplicate: false }]);
  expect(await effectsOf(fixture.db, cafe.tenantId, sale.clientOpId)).toEqual({ operations: 1, audits: 1, changes: 2 });
});
