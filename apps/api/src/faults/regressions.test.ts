import { randomUUID } from 'node:crypto';
import { parseClientOpId, payloadHash, type JsonObject, type OperationType } from '@modula/sync-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../engine/engine.ts';
import { ALL_SCOPES, hydrate, push, startEngineFixture, type Cafe, type EngineFixture, type TestTill } from '../engine/testing/engine-fixture.ts';
import { saleOf } from '../modules/testing/sale-payload.ts';
import { createFaults } from './testing/faulty-database.ts';
import { modulesBroken, type Breakage } from './testing/broken-modules.ts';
import { engineTill } from './testing/engine-till.ts';
import { brokenInvariants, effectsOf } from './testing/invariants.ts';
import { openDrawer } from './testing/wire-till.ts';

// What the direct predecessor got wrong (design, section 4). Each of its faults is a test here, under its name.

let fixture: EngineFixture;
let engine: Engine;
beforeAll(async () => {
  fixture = await startEngineFixture();
  engine = fixture.engine;
});
afterAll(() => fixture.close());

/** Paid by code, so that it needs no drawer. */
const codeSale = (saleId: string = randomUUID()): JsonObject => ({ ...saleOf({ saleId, method: 'KHQR' }) });

function direct(on: Engine, { tills, branchId, ownerId }: Cafe, type: OperationType, payload: JsonObject) {
  return on.direct(tills[0]!.session, { type, clientOpId: parseClientOpId(randomUUID())!, branchId, actorId: ownerId, payload, dependsOn: [] });
}

const item = (menuItemId: string, changes: JsonObject = {}) => ({ menuItemId, name: `Item ${menuItemId}`, category: null, priceMinor: 100, ...changes });

test('[F1] predecessor: lost changes from commit order', async () => {
  const cafe = await fixture.cafe(4);
  const faults = createFaults();
  const slow = await fixture.secondNode({ wrap: (db) => faults.wrap(db) });
  // One node holds its transactions open a little, so that numbers are taken long before they are committed.
  faults.beforeCommit = () => new Promise((resolve) => setTimeout(resolve, 15));
  const sold = new AbortController();
  const saleIds: string[] = [];
  const sellers = Promise.all(
    cafe.tills.map(async (till, turn) => {
      for (let round = 0; round < 12; round += 1) {
        const ids = [randomUUID(), randomUUID(), randomUUID()];
        const results = await push(turn % 2 === 0 ? engine : slow, till, ids.map((saleId) => till.operation('sale.finalize', codeSale(saleId))));
        for (const result of results) expect(result.status).toBe('SYNCED');
        saleIds.push(...ids);
      }
    }),
  ).finally(() => sold.abort());
  let reader = await hydrate(engine, cafe.tills[0]!, { scopes: ['sale.*'] });
  let readings = 0;
  while (!sold.signal.aborted) {
    reader = await hydrate(engine, cafe.tills[0]!, { scopes: ['sale.*'], limit: 5, from: reader });
    readings += 1;
  }
  await sellers;
  reader = await hydrate(engine, cafe.tills[0]!, { scopes: ['sale.*'], from: reader });
  expect(readings).toBeGreaterThan(5);
  expect([...reader.entities.keys()].sort()).toEqual(saleIds.map((saleId) => `sale.sale ${saleId}`).sort());
  expect(await brokenInvariants(fixture.db, cafe.tenantId)).toEqual([]);
});

test('[P1] predecessor: pages ordered by the text of the sequence', async () => {
  const { tills } = await fixture.cafe();
  const till = tills[0]!;
  const saleIds = Array.from({ length: 1_020 }, () => randomUUID());
  for (let from = 0; from < saleIds.length; from += 200) {
    await push(engine, till, saleIds.slice(from, from + 200).map((saleId) => till.operation('sale.finalize', codeSale(saleId))));
  }
  // Pages that end right before, on and right after each place where a digit is added.
  for (const limit of [9, 10, 11, 99, 100, 101, 999, 1_000]) {
    const { changes, entities, head } = await hydrate(engine, till, { limit });
    const seqs = changes.map(({ seq }) => seq);
    expect(seqs).toEqual([...new Set(seqs)].sort((left, right) => left - right));
    expect([limit, seqs.length, seqs.at(-1)]).toEqual([limit, entities.size, head]);
    expect(saleIds.filter((saleId) => !entities.has(`sale.sale ${saleId}`))).toEqual([]);
  }
});

test("[F1][A4] predecessor: one global sequence that shows other tenants' volume", async () => {
  const [mine, theirs] = [await fixture.cafe(), await fixture.cafe()];
  const till = mine.tills[0]!;
  const sell = async (seller: TestTill, sales: number) => push(engine, seller, Array.from({ length: sales }, () => seller.operation('sale.finalize', codeSale())));
  const [before] = await sell(till, 1);
  const headBefore = (await hydrate(engine, till)).head;
  await sell(theirs.tills[0]!, 50);
  expect((await hydrate(engine, till)).head).toBe(headBefore);
  const [after] = await sell(till, 1);
  expect(after!.streamSeq).toBe(before!.streamSeq! + 1);
});

test('[M2][O5] predecessor: cash totals that depend on a poller and on client clocks', async () => {
  const { tenantId, tills } = await fixture.cafe();
  const till = tills[0]!;
  const drawer = openDrawer();
  const clocks = ['1999-12-31T23:59:59.000Z', '2099-01-01T00:00:00.000Z', '2026-11-22T08:00:00.000Z'];
  const sale = () => ({ ...saleOf({ saleId: randomUUID(), cashSessionId: drawer.cashSessionId }) });
  const sales = clocks.map((occurredAt) => till.operation('sale.finalize', sale(), { occurredAt }));
  const results = await push(engine, till, [
    till.operation('cashSession.open', drawer, { deviceSeq: 1, occurredAt: clocks[1]! }),
    ...sales.map((operation, index) => ({ ...operation, deviceSeq: index + 2 })),
    till.operation(
      'cashSession.movement',
      { movementId: 'out', cashSessionId: drawer.cashSessionId, kind: 'PAID_OUT', amountMinor: 300, reason: 'ice' },
      { deviceSeq: 5, occurredAt: clocks[0]! },
    ),
    till.operation('cashSession.close', { cashSessionId: drawer.cashSessionId, countedMinor: 0 }, { deviceSeq: 6, occurredAt: clocks[0]! }),
  ]);
  expect(results.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 'SYNCED'));
  // Right in the answer of the close, of the same batch: nobody had to come round and add up.
  expect(results[5]!.result).toMatchObject({ expectedMinor: 10_000 + 3 * 550 - 300 });
  const seqs = results.map(({ streamSeq }) => streamSeq!);
  expect(seqs).toEqual([...seqs].sort((left, right) => left - right));
  expect(await brokenInvariants(fixture.db, tenantId)).toEqual([]);
});

test('[F4] predecessor: a replay lane that wrote no feed', async () => {
  const { tills } = await fixture.cafe();
  const till = tills[0]!;
  const drawer = openDrawer();
  const { cashSessionId } = drawer;
  const operations = [
    till.operation('cashSession.open', drawer),
    till.operation('sale.finalize', { ...saleOf({ saleId: 'sale', cashSessionId }) }),
    till.operation('cashSession.movement', { movementId: 'in', cashSessionId, kind: 'PAID_IN', amountMinor: 1, reason: 'x' }),
    till.operation('cashSession.close', { cashSessionId, countedMinor: 1 }),
    till.operation('attendance.startWork', { workId: 'work' }),
    till.operation('attendance.endWork', { workId: 'work' }),
  ];
  for (const operation of operations) {
    const { cursor, entities } = await hydrate(engine, till);
    const [result] = await push(engine, till, [operation]);
    const { changes, head } = await hydrate(engine, till, { from: { cursor, entities } });
    expect([operation.type, result!.status, changes.length > 0]).toEqual([operation.type, 'SYNCED', true]);
    for (const change of changes) expect(change).toMatchObject({ clientOpId: operation.clientOpId, actorId: operation.actorId });
    expect(result!.streamSeq).toBe(head);
  }
});

test('[G5] predecessor: half a change committed after a caught error', async () => {
  const cafe = await fixture.cafe();
  const till = cafe.tills[0]!;
  const drawer = openDrawer();
  await push(engine, till, [till.operation('cashSession.open', drawer)]);
  await direct(engine, cafe, 'menu.upsertItem', item('coffee', { stockItemId: 'beans' }));
  let breakage: Breakage | null = null;
  const broken = await fixture.secondNode({ modules: modulesBroken('sale.finalize', () => breakage) });
  const sale = () => till.operation('sale.finalize', { ...saleOf({ saleId: randomUUID(), cashSessionId: drawer.cashSessionId }) });
  const before = await hydrate(engine, till);

  // The sale, the session, the stock item and the stock movement: whichever was the last to be written, none stays.
  const breakages: Breakage[] = [1, 2, 3, 4].map((put) => ({ kind: 'throws-after-put', put }));
  for (const fault of [...breakages, { kind: 'throws-at-the-end' } as const]) {
    breakage = fault;
    const operation = sale();
    expect([fault, await push(broken, till, [operation])]).toMatchObject([fault, [{ status: 'PENDING', failure: null }]]);
    expect(await effectsOf(fixture.db, cafe.tenantId, operation.clientOpId)).toEqual({ operations: 0, audits: 0, changes: 0 });
    expect(await brokenInvariants(fixture.db, cafe.tenantId)).toEqual([]);
  }
  expect((await hydrate(engine, till)).head).toBe(before.head);

  // Refused after it had written: the outcome stays, and nothing else.
  breakage = { kind: 'rejects-after-writing', code: 'sale.TOTALS_MISMATCH' };
  const refused = sale();
  expect(await push(broken, till, [refused])).toMatchObject([{ status: 'FAILED', failure: { code: 'sale.TOTALS_MISMATCH' } }]);
  expect(await effectsOf(fixture.db, cafe.tenantId, refused.clientOpId)).toEqual({ operations: 1, audits: 0, changes: 0 });
  expect((await hydrate(engine, till)).head).toBe(before.head);
  expect(await brokenInvariants(fixture.db, cafe.tenantId)).toEqual([]);
});

test('[G7][O3] predecessor: one SQL error poisoning the batch for ever', async () => {
  const cafe = await fixture.cafe(2);
  const [till, neighbour] = [cafe.tills[0]!, cafe.tills[1]!];
  const poison = randomUUID();
  const unwritable: Breakage = { kind: 'unwritable-row', column: 'tenderMethod', value: 'bad\u0000text' };
  const broken = await fixture.secondNode({ modules: modulesBroken('sale.finalize', ({ saleId }) => (saleId === poison ? unwritable : null)) });
  const batch = [codeSale(), codeSale(poison), codeSale()].map((sale) => till.operation('sale.finalize', sale));
  const theirs = Array.from({ length: 3 }, () => neighbour.operation('sale.finalize', codeSale()));

  const [mine, others] = await Promise.all([push(broken, till, batch), push(broken, neighbour, theirs)]);
  expect(mine.map(({ status }) => status)).toEqual(['SYNCED', 'PENDING', 'PENDING']);
  expect(others.map(({ status }) => status)).toEqual(['SYNCED', 'SYNCED', 'SYNCED']);
  // Again, as a till does: what happened stays, the poison waits, the neighbour goes on.
  expect((await push(broken, till, batch)).map(({ status }) => status)).toEqual(['SYNCED', 'PENDING', 'PENDING']);
  expect(await push(broken, neighbour, [neighbour.operation('sale.finalize', codeSale())])).toMatchObject([{ status: 'SYNCED' }]);
  // The fault is repaired: the same batch goes through.
  const healed = await push(engine, till, batch);
  expect(healed.map(({ status, duplicate }) => [status, duplicate])).toEqual([
    ['SYNCED', true],
    ['SYNCED', false],
    ['SYNCED', false],
  ]);
  expect(await brokenInvariants(fixture.db, cafe.tenantId)).toEqual([]);
});

test('[A1] predecessor: one unknown type failing the whole request', async () => {
  const { tills } = await fixture.cafe();
  const till = tills[0]!;
  const results = await push(engine, till, [
    till.operation('sale.finalize', codeSale()),
    till.operation('loyalty.redeem', { points: 5 }),
    { ...till.operation('sale.finalize', codeSale()), version: 7 },
    { clientOpId: randomUUID(), type: 12 },
    till.operation('sale.finalize', codeSale()),
  ]);
  expect(results.map(({ status, failure }) => failure?.code ?? status)).toEqual([
    'SYNCED',
    'OPERATION_TYPE_UNKNOWN',
    'OPERATION_VERSION_UNSUPPORTED',
    'ENVELOPE_INVALID',
    'SYNCED',
  ]);
});

test('[G7] predecessor: "retryable" failures stored for ever', async () => {
  const cafe = await fixture.cafe();
  const till = cafe.tills[0]!;
  const faults = createFaults();
  const node = await fixture.secondNode({ wrap: (db) => faults.wrap(db) });
  const sale = till.operation('sale.finalize', codeSale());
  faults.failAt(5, '40001');
  expect(await push(node, till, [sale])).toMatchObject([{ status: 'PENDING', failure: null }]);
  expect(await engine.outcomes(till.session, [sale.clientOpId])).toEqual([]);
  faults.heal();
  expect(await push(node, till, [sale])).toMatchObject([{ status: 'SYNCED', duplicate: false }]);
});

test("[P4] predecessor: a wiped device resuming from the server's checkpoint", async () => {
  const cafe = await fixture.cafe();
  const till = cafe.tills[0]!;
  await direct(engine, cafe, 'menu.upsertItem', item('coffee'));
  const first = await hydrate(engine, till);
  // The device presented its last cursor: the server remembers that it had everything.
  await hydrate(engine, till, { from: first });
  const wiped = await hydrate(engine, till);
  expect([...wiped.entities]).toEqual([...first.entities]);
  expect(wiped.changes[0]!.seq).toBe(first.changes[0]!.seq);
});

test('[P6] predecessor: checkpoints moved when a page was sent', async () => {
  const cafe = await fixture.cafe();
  const { session } = cafe.tills[0]!;
  const page = (cursor: string | null) => engine.pull(session, { branchId: cafe.branchId, moduleScopes: ALL_SCOPES, cursor, limit: 1 });
  const checkpoint = async () => {
    const rows = await fixture.db.read(cafe.tenantId, (tx) =>
      tx.query<{ seq: number }>('SELECT seq FROM device_checkpoint WHERE tenant_id = $1 AND device_id = $2', [cafe.tenantId, session.deviceId]),
    );
    return rows[0]?.seq ?? 0;
  };
  const first = await page(null);
  expect(first.hasMore).toBe(true);
  expect(await checkpoint()).toBe(0);
  const firstSeq = (JSON.parse(first.changesText) as { seq: number }[])[0]!.seq;
  const second = await page(first.cursor);
  expect(await checkpoint()).toBe(firstSeq);
  await page(second.cursor);
  expect(await checkpoint()).toBeGreaterThan(firstSeq);
});

test('[F2] predecessor: a catalogue that never reaches a new or a thawed branch', async () => {
  const cafe = await fixture.cafe();
  const till = cafe.tills[0]!;
  const change = async (branch: object, devices: object[] = []) => {
    const { tenants } = await fixture.admin.provision({ tenants: [{ id: cafe.tenantId, branches: [branch], devices }] });
    return tenants![0]!;
  };
  await direct(engine, cafe, 'menu.upsertItem', item('coffee'));
  await direct(engine, cafe, 'menu.upsertItem', item('tea'));
  await direct(engine, cafe, 'menu.removeItem', { menuItemId: 'tea' });

  const born = await change({ name: 'Toul Kork' }, [{ name: 'till-tk', branch: 'Toul Kork', actors: ['Dara'] }]);
  const { branchId } = born.branches![0]!;
  const { deviceId, deviceToken = '' } = born.devices![0]!;
  const { session } = engineTill({ tenantId: cafe.tenantId, branchId, actorId: cafe.ownerId, devices: [{ deviceId, deviceToken }] });
  const newTill: TestTill = { ...till, session };
  const catalogue = async (of: TestTill) => (await hydrate(engine, of, { scopes: ['menu.*', 'discount.*'] })).entities;
  const menuOf = async (of: TestTill) => new Map([...(await catalogue(of)).values()].map(({ entityId, payload }) => [entityId, payload]));
  expect(await menuOf(newTill)).toEqual(await menuOf(till));
  expect([...(await menuOf(newTill)).keys()]).toEqual(['coffee']);

  const known = await hydrate(engine, newTill);
  await change({ id: branchId, status: 'FROZEN' });
  await direct(engine, cafe, 'menu.upsertItem', item('frozen-time'));
  await change({ id: branchId, status: 'ARCHIVED' });
  await direct(engine, cafe, 'menu.upsertItem', item('archived-time'));
  await direct(engine, cafe, 'menu.removeItem', { menuItemId: 'coffee' });
  await change({ id: branchId, status: 'ACTIVE' });
  // Both a till that was wiped and one that resumes hold the catalogue of today.
  expect(await menuOf(newTill)).toEqual(await menuOf(till));
  const resumed = await hydrate(engine, newTill, { from: known });
  expect(new Map(resumed.entities)).toEqual(new Map((await hydrate(engine, newTill)).entities));
  expect(await brokenInvariants(fixture.db, cafe.tenantId)).toEqual([]);
});

test('[F3] predecessor: tombstones promised and never emitted', async () => {
  const cafe = await fixture.cafe(2);
  const [till, neighbour] = [cafe.tills[0]!, cafe.tills[1]!];
  await direct(engine, cafe, 'menu.upsertItem', item('coffee'));
  await direct(engine, cafe, 'menu.upsertCategory', { categoryId: 'drinks', name: 'Drinks', position: 1 });
  await direct(engine, cafe, 'discount.upsert', { discountId: 'happy-hour', name: 'Happy hour', percent: 10, appliesTo: 'ALL' });
  const known = await hydrate(engine, neighbour);
  await direct(engine, cafe, 'menu.removeItem', { menuItemId: 'coffee' });
  await direct(engine, cafe, 'menu.removeCategory', { categoryId: 'drinks' });
  await direct(engine, cafe, 'discount.remove', { discountId: 'happy-hour' });
  const { changes, entities } = await hydrate(engine, neighbour, { from: known });
  expect(changes.map(({ opKind, entityKind, entityId, payload }) => [opKind, entityKind, entityId, payload])).toEqual([
    ['TOMBSTONE', 'menu.item', 'coffee', null],
    ['TOMBSTONE', 'menu.category', 'drinks', null],
    ['TOMBSTONE', 'discount.rule', 'happy-hour', null],
  ]);
  expect([...entities.keys()].sort()).toEqual([...(await hydrate(engine, till)).entities.keys()].sort());
});

test('[A5][G3] predecessor: refused id reuses stored nowhere', async () => {
  const cafe = await fixture.cafe();
  const till = cafe.tills[0]!;
  const first = till.operation('sale.finalize', codeSale());
  await push(engine, till, [first]);
  const lostSale = codeSale('the sale that was nearly lost');
  const reuse = { ...first, payload: lostSale, payloadHash: payloadHash(lostSale), deviceSeq: 2 };
  for (let times = 0; times < 3; times += 1) {
    expect(await push(engine, till, [reuse])).toMatchObject([{ status: 'FAILED', failure: { code: 'CLIENT_OP_ID_REUSED' } }]);
  }
  const attempts = await fixture.db.read(cafe.tenantId, (tx) =>
    tx.query<{ kind: string; envelope: string; times: number; deviceId: string }>(
      `SELECT kind, envelope, times, device_id AS "deviceId" FROM operation_attempt WHERE tenant_id = $1 AND client_op_id = $2`,
      [cafe.tenantId, first.clientOpId],
    ),
  );
  expect(attempts).toMatchObject([{ kind: 'REUSED', times: 3, deviceId: till.session.deviceId }]);
  expect(JSON.parse(attempts[0]!.envelope)).toMatchObject({ payload: lostSale });
});

test('[M5] predecessor: the device not stored with the operation', async () => {
  const cafe = await fixture.cafe();
  const till = cafe.tills[0]!;
  const { deviceId } = till.session;
  const replayed = till.operation('sale.finalize', codeSale());
  await push(engine, till, [replayed]);
  await direct(engine, cafe, 'inventory.restock', { movementId: 'm', stockItemId: 'beans', quantity: 1, reason: 'delivery' });
  const rows = await fixture.db.read(cafe.tenantId, (tx) =>
    tx.query(
      `SELECT o.lane, o.device_id AS "deviceId", o.device_seq AS "deviceSeq", a.device_id AS "auditDeviceId", a.lane AS "auditLane"
         FROM operation AS o JOIN audit_entry AS a ON a.tenant_id = $1 AND a.client_op_id = o.client_op_id
        WHERE o.tenant_id = $1 ORDER BY o.lane DESC`,
      [cafe.tenantId],
    ),
  );
  expect(rows).toEqual([
    { lane: 'replay', deviceId, deviceSeq: 1, auditDeviceId: deviceId, auditLane: 'replay' },
    { lane: 'direct', deviceId, deviceSeq: null, auditDeviceId: deviceId, auditLane: 'direct' },
  ]);
});
