import { afterAll, beforeAll, expect, test } from 'vitest';
import { published } from '../testing/decisions.ts';
import { openShops, order } from '../testing/shop.ts';
import { DEFAULT_POLICY } from './rules.ts';

let shops: Awaited<ReturnType<typeof openShops>>;
beforeAll(async () => {
  shops = await openShops();
});
afterAll(() => shops.close());

test('updates add up, per branch, and every one publishes all seven keys', async () => {
  const shop = shops.open();
  const at = shop.online();
  await shop.run(order(at, 'policy.update', { saleVatEnabled: true, saleVatRatePercent: 10 }));
  const second = await shop.run(order(at, 'policy.update', { saleKhrRoundingGranularity: '1000' }));
  expect(published(second).get(`policy.branch ${at.branchId}`)).toEqual({
    ...DEFAULT_POLICY,
    saleVatEnabled: true,
    saleVatRatePercent: 10,
    saleKhrRoundingGranularity: '1000',
  });
  const there = shop.elsewhere();
  const other = await shop.run(order(there, 'policy.update', { saleAllowPayLater: true }));
  expect(published(other).get(`policy.branch ${there.branchId}`)).toEqual({ ...DEFAULT_POLICY, saleAllowPayLater: true });
});
