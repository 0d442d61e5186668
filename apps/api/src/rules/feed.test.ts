import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { provisionSpec } from '../testing/index.ts';
import { Cache } from './testing/cache.ts';
import { expireAll } from './testing/expire.ts';
import { menuItem, salePayload } from './testing/payloads.ts';
import { Till } from './testing/till.ts';
import { startWorld, type Cafe, type World } from './testing/world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const CATALOGUE = ['menu.*', 'discount.*', 'context.tenant'];

/** Every seq that a stream holds, replaced entries too. */
async function seqsOf(cafe: Cafe, branchId: string): Promise<number[]> {
  const rows = await cafe.rows('feed_entry');
  return rows.filter((row) => row['branch_id'] === branchId).map((row) => Number(row['seq'])).sort((a, b) => a - b);
}

async function expectGapless(cafe: Cafe, till: Till): Promise<void> {
  const { head } = await till.pull();
  expect(await seqsOf(cafe, till.identity.branchId)).toEqual(Array.from({ length: head }, (_, index) => index + 1));
}

async function mustBe200(calls: Promise<{ status: number; sync: unknown }>[]): Promise<void> {
  const answers = await Promise.all(calls);
  expect(answers.map(({ status, sync }) => [status, sync])).toEqual(answers.map(() => [200, null]));
}

describe('seq', () => {
  test('[F1] writers on two nodes, both lanes and tenant-wide edits at once: gapless, and no reader ever finds a change behind it', async () => {
    const cafe = await world.cafe({ tills: 4, branches: 2 });
    const writing = { done: false };
    const reader = async (node: number, limit: number) => {
      const cache = new Cache();
      // Cache.apply fails on any change at or below what was seen before.
      while (!writing.done) cache.apply(await cafe.till.pull({ cursor: cache.cursor, node, limit }));
      return cafe.till.hydrate({ node, limit }, cache);
    };
    const readers = [reader(0, 1_000), reader(1, 1_000), reader(0, 3)];
    const writers = cafe.tills.map(async (till, node) => {
      for (let round = 0; round < 12; round += 1) await till.push([till.sale(), till.sale()], node);
    });
    const edits = Array.from({ length: 10 }, (_, index) => cafe.till.direct('menu.upsertItem', menuItem(`item ${index % 3}`, { priceMinor: index }), {}, index));
    await Promise.all([...writers, mustBe200(edits)]);
    writing.done = true;
    const fresh = await cafe.till.hydrate();
    expect(fresh.ids('sale.sale')).toHaveLength(96);
    for (const cache of await Promise.all(readers)) expect(cache.state).toEqual(fresh.state);
    for (const till of cafe.perBranch) await expectGapless(cafe, till);
  });

  test('[F1] streamSeq is where the effects are: a cursor at or past it has seen them', async () => {
    const { till } = await world.cafe();
    const cursorBefore = (await till.hydrate()).cursor;
    const operation = till.sale();
    const { streamSeq } = await till.pushOne(operation);
    const page = await till.pull({ cursor: cursorBefore });
    expect(page.head).toBe(streamSeq);
    expect(page.changes.map(({ clientOpId, seq }) => [clientOpId, seq])).toEqual([[operation.clientOpId, streamSeq]]);
  });
});

describe('a tenant-wide change', () => {
  test('[F2] thirty at once, while every branch sells on both nodes: no deadlock, no 503, every stream gapless and the same catalogue', async () => {
    const cafe = await world.cafe({ branches: 4 });
    const edits = Array.from({ length: 30 }, (_, index) => {
      const till = cafe.perBranch[index % 4]!;
      if (index % 3 === 0) return till.direct('discount.upsert', { discountId: `d${index % 4}`, name: 'Happy hour', percent: index, appliesTo: 'ALL' }, {}, index);
      if (index % 3 === 1) return till.direct('menu.upsertCategory', { categoryId: `c${index % 5}`, name: `C ${index}`, position: index }, {}, index);
      return till.direct('menu.upsertItem', menuItem(`m${index % 7}`, { priceMinor: index }), { branchId: index % 2 === 0 ? null : till.identity.branchId }, index);
    });
    const sales = cafe.perBranch.flatMap((till, node) => Array.from({ length: 5 }, () => till.sale()).map((sale) => till.tryPush([sale], node)));
    await mustBe200([...edits, ...sales]);
    const caches = await Promise.all(cafe.perBranch.map((till, node) => till.hydrate({ moduleScopes: CATALOGUE, node })));
    for (const cache of caches) expect(cache.state).toEqual(caches[0]!.state);
    expect(caches[0]!.ids('menu.item').length + caches[0]!.ids('menu.category').length + caches[0]!.ids('discount.rule').length).toBeGreaterThan(9);
    for (const till of cafe.perBranch) await expectGapless(cafe, till);
  });

  test('[F2] the streamSeq of one is in the stream of the till that made it', async () => {
    const { till } = await world.cafe();
    const { data } = await till.direct('menu.upsertItem', menuItem('tea'), { branchId: null });
    const page = await till.pull();
    expect(page.changes.filter(({ entityKind }) => entityKind === 'menu.item').map(({ seq }) => seq)).toEqual([data.streamSeq]);
  });

  test('[F2] a new branch starts with the whole live catalogue and nothing of what is gone', async () => {
    const cafe = await world.cafe({ branches: 1 });
    await fillCatalogue(cafe.till);
    const added = await addBranch(cafe, 'branch new');
    const [old, fresh] = await Promise.all([cafe.till.hydrate({ moduleScopes: CATALOGUE }), added.hydrate({ moduleScopes: CATALOGUE })]);
    expect(fresh.state).toEqual(old.state);
    expect(fresh.ids('menu.item')).toEqual(['m0', 'm2', 'm3']);
    expect(fresh.ids('context.tenant')).toEqual([cafe.tenantId]);
    const all = await added.hydrate();
    expect(all.ids('context.branch')).toEqual([added.identity.branchId]);
    expect(all.ids('context.actor')).toContain(cafe.actors.Dara.actorId);
    await expectGapless(cafe, added);
    // And it goes on from there.
    await cafe.till.direct('menu.removeItem', { menuItemId: 'm3' });
    expect((await added.hydrate({ moduleScopes: CATALOGUE }, fresh)).ids('menu.item')).toEqual(['m0', 'm2']);
  });

  test('[F2] a branch made while thirty edits run misses none of them', async () => {
    const cafe = await world.cafe({ branches: 1 });
    const edits = Array.from({ length: 30 }, (_, index) => cafe.till.direct('menu.upsertItem', menuItem(`m${index}`), {}, index));
    const adding = Promise.all(['a', 'b'].map((name) => addBranch(cafe, name)));
    await mustBe200(edits);
    const old = await cafe.till.hydrate({ moduleScopes: CATALOGUE });
    for (const added of await adding) {
      expect((await added.hydrate({ moduleScopes: CATALOGUE })).state).toEqual(old.state);
      await expectGapless(cafe, added);
    }
  });

  test('[F2] an un-archived branch has today’s catalogue, for a fresh till and for one that comes back with its old cursor', async () => {
    const cafe = await world.cafe({ branches: 2 });
    const [till, other] = [cafe.perBranch[0]!, cafe.perBranch[1]!];
    await fillCatalogue(till);
    const old = await other.hydrate({ moduleScopes: CATALOGUE });
    const branchId = other.identity.branchId;
    await cafe.setStatus({ of: 'branch', branchId, status: 'ARCHIVED' });
    const archivedHead = (await seqsOf(cafe, branchId)).length;
    await mustBe200([
      till.direct('menu.removeItem', { menuItemId: 'm0' }),
      till.direct('menu.upsertItem', menuItem('m2', { priceMinor: 999 })),
      till.direct('menu.upsertItem', menuItem('m9')),
      till.direct('discount.remove', { discountId: 'd' }),
    ]);
    // It reaches every branch that is not archived; this one is left alone.
    expect((await seqsOf(cafe, branchId)).length).toBe(archivedHead);
    expect((await other.tryPull()).sync).toMatchObject({ code: 'FORBIDDEN' });
    await cafe.setStatus({ of: 'branch', branchId, status: 'ACTIVE' });
    const today = await till.hydrate({ moduleScopes: CATALOGUE });
    expect(today.ids('menu.item')).toEqual(['m2', 'm3', 'm9']);
    expect((await other.hydrate({ moduleScopes: CATALOGUE })).state).toEqual(today.state);
    expect((await other.hydrate({ moduleScopes: CATALOGUE }, old)).state).toEqual(today.state);
    expect((await other.hydrate()).get('context.branch', branchId)?.payload).toMatchObject({ status: 'ACTIVE' });
    await expectGapless(cafe, other);
    expect((await other.pushOne(other.sale())).status).toBe('SYNCED');
  });

  test('[F2] is in the same transaction: one that is refused reaches no branch', async () => {
    const cafe = await world.cafe();
    const heads = async () => Promise.all(cafe.perBranch.map(async (till) => (await till.pull()).head));
    const before = await heads();
    expect((await cafe.till.direct('menu.removeItem', { menuItemId: 'none' })).sync?.code).toBe('menu.NOT_FOUND');
    expect(await heads()).toEqual(before);
  });
});

describe('the latest state', () => {
  test('[F3] is what a fresh till gets, and what one that comes back gets', async () => {
    const cafe = await world.cafe();
    const { till } = cafe;
    await till.direct('menu.upsertItem', menuItem('tea', { priceMinor: 1 }));
    await till.push([till.op('cashSession.open', { cashSessionId: 'drawer', openingFloatMinor: 0 })]);
    const early = await till.hydrate();
    for (const priceMinor of [2, 3]) await till.direct('menu.upsertItem', menuItem('tea', { priceMinor }));
    await till.push([
      till.op('cashSession.movement', { movementId: 'm', cashSessionId: 'drawer', kind: 'PAID_IN', amountMinor: 5, reason: 'r' }),
      till.op('cashSession.close', { cashSessionId: 'drawer', countedMinor: 5 }),
    ]);
    const fresh = await till.hydrate();
    const late = await till.hydrate({ limit: 1 }, early);
    for (const cache of [fresh, late]) {
      expect(cache.get('menu.item', 'tea')?.payload).toMatchObject({ priceMinor: 3 });
      expect(cache.get('cashSession.session', 'drawer')?.payload).toMatchObject({ status: 'CLOSED', expectedMinor: 5 });
      expect(cache.seen.at(-1)).toMatchObject({ entityKind: 'cashSession.session' });
    }
    expect(late.state).toEqual(fresh.state);
  });

  test('[F3] a tombstone stays until the horizon passes it, and a live entity for ever', async () => {
    const cafe = await world.cafe();
    const { till } = cafe;
    await till.direct('menu.upsertItem', menuItem('gone'));
    await till.direct('menu.upsertItem', menuItem('kept'));
    const early = await till.hydrate();
    await till.direct('menu.removeItem', { menuItemId: 'gone' });
    const tombstone = (await till.hydrate({}, early)).seen.at(-1)!;
    expect(tombstone).toMatchObject({ entityKind: 'menu.item', entityId: 'gone', opKind: 'TOMBSTONE', payload: null });
    expect(early.ids('menu.item')).toEqual(['kept']);
    await till.push(Array.from({ length: 40 }, () => till.sale()));
    const kept = await till.hydrate();
    expect(kept.seen).toContainEqual(tombstone);
    await expireAll(world, cafe);
    const fresh = await till.hydrate();
    expect(fresh.state).toEqual(kept.state);
    expect(fresh.seen.filter(({ opKind }) => opKind === 'TOMBSTONE')).toEqual([]);
    expect(fresh.get('menu.item', 'kept')).toBeDefined();
  });
});

describe('the feed and the business rows', () => {
  test('[F4] say the same after every kind of operation: no row that devices hold is left unpublished', async () => {
    const cafe = await world.cafe({ branches: 1 });
    const { till } = cafe;
    await fillCatalogue(till);
    await mustBe200([
      till.direct('menu.upsertItem', menuItem('coffee', { stockItemId: 'beans' })),
      till.direct('inventory.restock', { movementId: 'r1', stockItemId: 'milk', quantity: 5, reason: 'r' }),
      till.direct('policy.update', { saleVatEnabled: false }),
    ]);
    const voided = salePayload({ quantity: 3 });
    await till.push([
      till.op('attendance.startWork', { workId: 'w' }),
      till.op('cashSession.open', { cashSessionId: 'drawer', openingFloatMinor: 0 }),
      till.op('sale.finalize', salePayload({ method: 'CASH', cashSessionId: 'drawer' })),
      till.op('sale.finalize', voided),
      till.op('cashSession.movement', { movementId: 'm', cashSessionId: 'drawer', kind: 'PAID_OUT', amountMinor: 5, reason: 'r' }),
    ]);
    await mustBe200([
      till.direct('sale.void', { saleId: voided.saleId, reason: 'r' }),
      till.direct('inventory.adjust', { movementId: 'a1', stockItemId: 'milk', quantity: -2, reason: 'r' }),
    ]);
    await till.push([till.op('cashSession.close', { cashSessionId: 'drawer', countedMinor: 0 }), till.op('attendance.endWork', { workId: 'w' })]);

    const cache = await till.hydrate();
    const tables: [kind: string, table: string, id: string, fields: (row: Record<string, unknown>) => object][] = [
      ['sale.sale', 'sale', 'sale_id', (row) => ({ status: row['status'], voidReason: row['void_reason'] })],
      ['cashSession.session', 'cash_session', 'cash_session_id', (row) => ({ status: row['status'], expectedMinor: row['expected_minor'] })],
      ['cashSession.movement', 'cash_movement', 'movement_id', (row) => ({ kind: row['kind'], amountMinor: row['amount_minor'] })],
      ['attendance.work', 'attendance_work', 'work_id', (row) => ({ endedAt: row['ended_at'] })],
      ['inventory.stock', 'stock_item', 'stock_item_id', (row) => ({ onHand: row['on_hand'] })],
      ['menu.item', 'menu_item', 'menu_item_id', (row) => ({ name: row['name'], priceMinor: row['price_minor'], stockItemId: row['stock_item_id'] })],
      ['menu.category', 'menu_category', 'category_id', (row) => ({ name: row['name'], position: row['position'] })],
      ['discount.rule', 'discount_rule', 'discount_id', (row) => ({ percent: row['percent'] })],
    ];
    for (const [kind, table, id, fields] of tables) {
      const rows = (await cafe.rows(table)).filter((row) => row['removed'] !== true);
      expect(rows.length).toBeGreaterThan(0);
      expect(cache.ids(kind)).toEqual(rows.map((row) => String(row[id])).sort());
      for (const row of rows) expect(cache.get(kind, String(row[id]))!.payload).toMatchObject(fields(row));
    }
    expect(cache.get('inventory.stock', 'beans')?.payload).toMatchObject({ onHand: -2, negative: true });
    expect(cache.ids('policy.branch')).toHaveLength((await cafe.rows('branch_policy')).length);
  });
});

async function fillCatalogue(till: Till): Promise<void> {
  await mustBe200([
    ...['m0', 'm1', 'm2', 'm3'].map((id, node) => till.direct('menu.upsertItem', menuItem(id), {}, node)),
    till.direct('menu.upsertCategory', { categoryId: 'c', name: 'Drinks', position: 1 }),
    till.direct('discount.upsert', { discountId: 'd', name: 'Happy hour', percent: 10, appliesTo: 'ITEMS', menuItemIds: ['m0'] }),
  ]);
  await mustBe200([till.direct('menu.removeItem', { menuItemId: 'm1' })]);
}

async function addBranch(cafe: Cafe, name: string): Promise<Till> {
  const output = await provisionSpec(world.service.databaseUrl, {
    tenants: [{ id: cafe.tenantId, branches: [{ name }], devices: [{ name: randomUUID(), branch: name, actors: ['Dara'] }] }],
  });
  const { deviceId, deviceToken, branchId } = output.tenants![0]!.devices![0]!;
  return new Till({ ...cafe.till.identity, branchId, deviceId, token: deviceToken! });
}
