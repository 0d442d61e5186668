import { randomUUID } from 'node:crypto';
import { parseClientOpId, type JsonObject, type OperationResult } from '@modula/sync-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { modulesBroken } from '../../faults/testing/broken-modules.ts';
import { brokenInvariants } from '../../faults/testing/invariants.ts';
import { holdStreams } from '../../faults/testing/stream-lock.ts';
import { COFFEE, saleOf } from '../../modules/testing/sale-payload.ts';
import type { Engine } from '../engine.ts';
import { hydrate, push, startEngineFixture, type EngineFixture, type TestTill } from '../testing/engine-fixture.ts';
import { createRecorder, type Recorder, type SentStatement } from '../testing/recorder.ts';

let fixture: EngineFixture;
let engine: Engine;
let recorder: Recorder;
beforeAll(async () => {
  fixture = await startEngineFixture();
  recorder = createRecorder();
  engine = await fixture.secondNode({ wrap: (db) => recorder.wrap(db) });
});
afterAll(() => fixture.close());
beforeEach(() => {
  fixture.retries.length = 0;
  fixture.surprises.length = 0;
  recorder.take();
});

const open = (till: TestTill, cashSessionId: string) => till.operation('cashSession.open', { cashSessionId, openingFloatMinor: 1_000 });
const close = (till: TestTill, cashSessionId: string) => till.operation('cashSession.close', { cashSessionId, countedMinor: 1_000 });
const sale = (till: TestTill, payload: Partial<Parameters<typeof saleOf>[0]> = {}) =>
  till.operation('sale.finalize', { ...saleOf({ saleId: randomUUID(), method: 'KHQR', ...payload }) });

const statusesOf = (results: readonly OperationResult[]) => results.map(({ status, failure }) => failure?.code ?? status);
const synced = (count: number) => Array.from({ length: count }, () => 'SYNCED');
/** Each chunk takes its streams' locks once. */
const chunksIn = (statements: readonly SentStatement[]) => statements.filter(({ text }) => /FROM branch_stream[^;]*FOR NO KEY UPDATE/.test(text)).length;

function direct(till: TestTill, type: string, payload: JsonObject): Promise<OperationResult> {
  const { branchId } = till.session;
  return engine.direct(till.session, { type, clientOpId: parseClientOpId(randomUUID())!, branchId, actorId: till.actorId, payload, dependsOn: [] });
}

test('[M2] one chunk closes a drawer and opens the next on the same till, at the first try', async () => {
  const { tenantId, tills } = await fixture.cafe();
  const till = tills[0]!;
  await push(engine, till, [open(till, 'morning')]);
  recorder.take();
  expect(statusesOf(await push(engine, till, [close(till, 'morning'), open(till, 'evening')]))).toEqual(synced(2));
  expect({ chunks: chunksIn(recorder.take()), retries: fixture.retries, surprises: fixture.surprises }).toEqual({ chunks: 1, retries: [], surprises: [] });
  expect(await brokenInvariants(fixture.db, tenantId)).toEqual([]);
});

test('[M2] a day of opening and closing in one chunk, with what may not be in between', async () => {
  const { tenantId, tills } = await fixture.cafe();
  const till = tills[0]!;
  await push(engine, till, [open(till, 'drawer 0')]);
  recorder.take();
  const day = Array.from({ length: 20 }, (_, turn) => [
    sale(till, { cashSessionId: `drawer ${turn}`, method: 'CASH' }),
    close(till, `drawer ${turn}`),
    sale(till, { cashSessionId: `drawer ${turn}`, method: 'CASH' }),
    open(till, `drawer ${turn + 1}`),
    open(till, 'a second one'),
  ]);
  const expected = ['SYNCED', 'SYNCED', 'sale.CASH_SESSION_NOT_OPEN', 'SYNCED', 'cashSession.ALREADY_OPEN'];
  expect(statusesOf(await push(engine, till, day.flat()))).toEqual(day.flatMap(() => expected));
  expect({ chunks: chunksIn(recorder.take()), retries: fixture.retries }).toEqual({ chunks: 1, retries: [] });
  const { entities } = await hydrate(engine, till, { scopes: ['cashSession.*'] });
  const stillOpen = [...entities.values()].filter(({ payload }) => payload?.['status'] === 'OPEN');
  expect(stillOpen.map(({ entityId }) => entityId)).toEqual(['drawer 20']);
  expect(await brokenInvariants(fixture.db, tenantId)).toEqual([]);
});

test('[G5] the statements of a chunk do not grow with its operations', async () => {
  const { tills } = await fixture.cafe();
  const till = tills[0]!;
  await direct(till, 'menu.upsertItem', { menuItemId: COFFEE.menuItemId, name: COFFEE.name, category: 'Drinks', priceMinor: 250, stockItemId: 'beans' });
  await push(engine, till, [open(till, 'drawer')]);
  const counts: number[] = [];
  for (const sales of [1, 20, 100]) {
    recorder.take();
    const results = await push(engine, till, Array.from({ length: sales }, () => sale(till, { cashSessionId: 'drawer', method: 'CASH' })));
    expect(statusesOf(results)).toEqual(synced(sales));
    counts.push(recorder.take().length);
  }
  // The first sale inserts the stock item's row, the later ones update it: another statement, not one more.
  expect(counts).toEqual([counts[0], counts[0], counts[0]]);
  expect(counts[0]).toBeLessThan(25);
});

test('[G1][O1] the pushes of six tills, 360 operations, share chunks of 250 and come out in the order of each', async () => {
  const { tenantId, tills } = await fixture.cafe(6);
  const batches = tills.map((till) => Array.from({ length: 60 }, () => sale(till)));
  recorder.take();
  const answers = await Promise.all(tills.map((till, index) => push(engine, till, batches[index]!)));
  // The first push went alone, since nobody else was there; the others waited for it together.
  expect({ chunks: chunksIn(recorder.take()), retries: fixture.retries }).toEqual({ chunks: 3, retries: [] });
  for (const results of answers) {
    expect(statusesOf(results)).toEqual(synced(60));
    const seqs = results.map(({ streamSeq }) => streamSeq!);
    expect(seqs).toEqual(seqs.toSorted((left, right) => left - right));
  }
  const { entities } = await hydrate(engine, tills[0]!, { scopes: ['sale.*'] });
  expect(entities.size).toBe(360);
  expect(await brokenInvariants(fixture.db, tenantId)).toEqual([]);
});

test('[G7][O3] an operation that cannot be written harms nobody else in its chunk', async () => {
  const { tenantId, tills } = await fixture.cafe(4);
  const isPoison = { yes: true };
  const poisoned = modulesBroken('sale.finalize', ({ saleId }) =>
    isPoison.yes && saleId === 'poison' ? { kind: 'unwritable-row', column: 'status', value: 'NO SUCH STATUS' } : null,
  );
  const node = await fixture.secondNode({ modules: poisoned, wrap: (db) => recorder.wrap(db) });
  const [first, victim, left, right] = tills as [TestTill, TestTill, TestTill, TestTill];
  const batch = [sale(victim), sale(victim, { saleId: 'poison' }), sale(victim)];
  const [, ofVictim, ...ofOthers] = await Promise.all([
    push(node, first, [sale(first)]),
    push(node, victim, batch),
    push(node, left, [sale(left), sale(left)]),
    push(node, right, [sale(right), sale(right)]),
  ]);
  expect(statusesOf(ofVictim)).toEqual(['SYNCED', 'PENDING', 'PENDING']);
  for (const results of ofOthers) expect(statusesOf(results)).toEqual(synced(2));
  expect(fixture.surprises.map(({ message }) => message)).toEqual(['an operation could not be written']);
  expect(await brokenInvariants(fixture.db, tenantId)).toEqual([]);
  isPoison.yes = false;
  const again = await push(node, victim, batch);
  expect(again.map(({ status, duplicate }) => [status, duplicate])).toEqual([
    ['SYNCED', true],
    ['SYNCED', false],
    ['SYNCED', false],
  ]);
  expect((await hydrate(node, victim, { scopes: ['sale.*'] })).entities.size).toBe(8);
});

test('[M3] a sale and its void that meet in one chunk: the goods are back, and nobody hears of a fault', async () => {
  const { tenantId, branchId, tills } = await fixture.cafe(2);
  const [till, other] = tills as [TestTill, TestTill];
  await direct(till, 'menu.upsertItem', { menuItemId: COFFEE.menuItemId, name: COFFEE.name, category: 'Drinks', priceMinor: 250, stockItemId: 'beans' });
  await direct(till, 'inventory.restock', { movementId: 'first', stockItemId: 'beans', quantity: 10, reason: 'delivery' });
  const held = await holdStreams(fixture.admin.url, tenantId, [branchId]);
  const inFlight = push(engine, other, [sale(other)]);
  await held.waitedFor(1);
  const selling = push(engine, till, [sale(till, { saleId: 'mistake' })]);
  // The void is asked for after the sale.
  await new Promise((resolve) => setImmediate(resolve));
  const voiding = direct(till, 'sale.void', { saleId: 'mistake', reason: 'wrong table' });
  await held.release();
  expect(statusesOf([...(await inFlight), ...(await selling), await voiding])).toEqual(synced(3));
  expect({ surprises: fixture.surprises, retries: fixture.retries }).toEqual({ surprises: [], retries: [] });
  const { entities } = await hydrate(engine, till);
  expect(entities.get('sale.sale mistake')?.payload).toMatchObject({ status: 'VOIDED' });
  // Ten came, the other till sold two of them.
  expect(entities.get('inventory.stock beans')?.payload).toMatchObject({ onHand: 8 });
  expect(await brokenInvariants(fixture.db, tenantId)).toEqual([]);
});
