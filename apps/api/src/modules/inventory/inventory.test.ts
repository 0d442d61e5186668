import { afterAll, beforeAll, expect, test } from 'vitest';
import { published, refusal } from '../testing/decisions.ts';
import { openShops, order, type Place } from '../testing/shop.ts';

let shops: Awaited<ReturnType<typeof openShops>>;
beforeAll(async () => {
  shops = await openShops();
});
afterAll(() => shops.close());

const restock = (place: Place, movementId: string, quantity: number) =>
  order(place, 'inventory.restock', { movementId, stockItemId: 'beans', quantity, reason: 'delivery' });
const adjust = (place: Place, movementId: string, quantity: number) =>
  order(place, 'inventory.adjust', { movementId, stockItemId: 'beans', quantity, reason: 'count' });
const BEANS = 'inventory.stock beans';

test('[M3] stock starts at 0, grows by restocks, moves by signed adjustments, and may end below zero', async () => {
  const shop = shops.open();
  const stocked = await shop.run(restock(shop.online(), 'm1', 10));
  expect(published(stocked).get(BEANS)).toEqual({ stockItemId: 'beans', onHand: 10, negative: false });
  const [less, more] = await shop.runTogether([adjust(shop.online(), 'm2', -15), adjust(shop.online(), 'm3', 2)]);
  expect(published(less).get(BEANS)).toEqual({ stockItemId: 'beans', onHand: -5, negative: true });
  expect(more).toMatchObject({ result: { movementId: 'm3', stockItemId: 'beans', onHand: -3 } });
});

test('[M3] branches count their own stock', async () => {
  const shop = shops.open();
  await shop.run(restock(shop.online(), 'm1', 10));
  const there = await shop.run(restock(shop.elsewhere(), 'm2', 3));
  expect(published(there).get(BEANS)).toMatchObject({ onHand: 3 });
});

test('[M4] a movement id enters the ledger once, as restock or as adjustment', async () => {
  const shop = shops.open();
  await shop.run(restock(shop.online(), 'm1', 10));
  const code = { code: 'inventory.ALREADY_EXISTS', about: BEANS };
  expect(refusal(await shop.run(restock(shop.online(), 'm1', 10)))).toEqual(code);
  expect(refusal(await shop.run(adjust(shop.online(), 'm1', 1)))).toEqual(code);
  expect(await shop.run(adjust(shop.online(), 'm2', 1))).toMatchObject({ result: { onHand: 11 } });
});
