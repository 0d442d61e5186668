import { afterAll, beforeAll, expect, test } from 'vitest';
import { published, refusal } from '../testing/decisions.ts';
import { openShops, order, type Place } from '../testing/shop.ts';

let shops: Awaited<ReturnType<typeof openShops>>;
beforeAll(async () => {
  shops = await openShops();
});
afterAll(() => shops.close());

const PAYLOAD = { discountId: 'd1', name: 'Happy hour', percent: 12.5, appliesTo: 'ITEMS' as const };
const rule = (place: Place, more: object = {}) => order(place, 'discount.upsert', { ...PAYLOAD, ...more });
const remove = (place: Place) => order(place, 'discount.remove', { discountId: 'd1' });

test('a rule is created, changed, removed with a tombstone, and revived', async () => {
  const shop = shops.open();
  const at = shop.online();
  await shop.run(rule(at, { menuItemIds: ['coffee', 'tea'] }));
  const changed = await shop.run(rule(at, { percent: 20 }));
  expect(published(changed).get('discount.rule d1')).toEqual({ ...PAYLOAD, percent: 20, menuItemIds: ['coffee', 'tea'] });
  const removed = await shop.run(remove(at));
  expect([...published(removed)]).toEqual([['discount.rule d1', null]]);
  expect(refusal(await shop.run(remove(at)))).toEqual({ code: 'discount.NOT_FOUND', about: 'discount.rule d1' });
  expect((await shop.run(rule(at))).kind).toBe('accepted');
});

test('an unknown rule is not removed', async () => {
  const shop = shops.open();
  expect(refusal(await shop.run(remove(shop.online())))).toEqual({ code: 'discount.NOT_FOUND', about: null });
});
