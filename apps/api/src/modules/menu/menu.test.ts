import { afterAll, beforeAll, expect, test } from 'vitest';
import { published, refusal } from '../testing/decisions.ts';
import { openShops, order, type Place } from '../testing/shop.ts';

let shops: Awaited<ReturnType<typeof openShops>>;
beforeAll(async () => {
  shops = await openShops();
});
afterAll(() => shops.close());

const PAYLOAD = { menuItemId: 'coffee', name: 'Coffee', category: 'Drinks', priceMinor: 250 };
const item = (place: Place, more: object = {}) => order(place, 'menu.upsertItem', { ...PAYLOAD, ...more });
const removeItem = (place: Place) => order(place, 'menu.removeItem', { menuItemId: 'coffee' });
const category = (place: Place) => order(place, 'menu.upsertCategory', { categoryId: 'drinks', name: 'Drinks', position: 1 });
const removeCategory = (place: Place) => order(place, 'menu.removeCategory', { categoryId: 'drinks' });

test('an item is created, changed, removed with a tombstone, and revived', async () => {
  const shop = shops.open();
  const at = shop.online();
  await shop.run(item(at, { stockItemId: 'beans', active: false }));
  const changed = await shop.run(item(at, { priceMinor: 300 }));
  expect(published(changed).get('menu.item coffee')).toEqual({ ...PAYLOAD, priceMinor: 300, stockItemId: 'beans', active: false });
  const removed = await shop.run(removeItem(at));
  expect([...published(removed)]).toEqual([['menu.item coffee', null]]);
  const revived = await shop.run(item(at));
  expect(published(revived).get('menu.item coffee')).toEqual({ ...PAYLOAD, stockItemId: null, active: true });
});

test('an item that is not on the menu is not removed', async () => {
  const shop = shops.open();
  const at = shop.online();
  expect(refusal(await shop.run(removeItem(at)))).toEqual({ code: 'menu.NOT_FOUND', about: null });
  const [, , again] = await shop.runTogether([item(at), removeItem(at), removeItem(at)]);
  expect(refusal(again)).toEqual({ code: 'menu.NOT_FOUND', about: 'menu.item coffee' });
});

test('a category is created, removed with a tombstone, and revived', async () => {
  const shop = shops.open();
  const at = shop.online();
  expect(refusal(await shop.run(removeCategory(at)))).toEqual({ code: 'menu.NOT_FOUND', about: null });
  const made = await shop.run(category(at));
  expect(published(made).get('menu.category drinks')).toEqual({ categoryId: 'drinks', name: 'Drinks', position: 1 });
  const removed = await shop.run(removeCategory(at));
  expect([...published(removed)]).toEqual([['menu.category drinks', null]]);
  expect(refusal(await shop.run(removeCategory(at)))).toEqual({ code: 'menu.NOT_FOUND', about: 'menu.category drinks' });
  expect((await shop.run(category(at))).kind).toBe('accepted');
});
