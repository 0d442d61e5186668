import { afterAll, beforeAll, expect, test } from 'vitest';
import { published, refusal } from '../testing/decisions.ts';
import { COFFEE, POLICY, saleOf } from '../testing/sale-payload.ts';
import { openShops, order, type Order, type Place, type Shop } from '../testing/shop.ts';

let shops: Awaited<ReturnType<typeof openShops>>;
beforeAll(async () => {
  shops = await openShops();
});
afterAll(() => shops.close());

const open = (place: Place): Order => order(place, 'cashSession.open', { cashSessionId: 'drawer', openingFloatMinor: 10_000 });
const close = (place: Place): Order => order(place, 'cashSession.close', { cashSessionId: 'drawer', countedMinor: 10_000 });
const sell = (place: Place, wish: Parameters<typeof saleOf>[0]): Order => order(place, 'sale.finalize', saleOf(wish));
const voidOf = (place: Place, saleId: string): Order => order(place, 'sale.void', { saleId, reason: 'wrong table' });
const coffeeFrom = (place: Place, stockItemId: string | null): Order =>
  order(place, 'menu.upsertItem', { menuItemId: 'coffee', name: 'Iced coffee', category: 'Drinks', priceMinor: 250, stockItemId });

/** A till with an open drawer, coffee on the menu made of beans, and ten beans. */
async function busyShop(): Promise<Shop> {
  const shop = shops.open();
  const beans = { movementId: 'm1', stockItemId: 'beans', quantity: 10, reason: 'delivery' };
  await shop.runTogether([open(shop.till), coffeeFrom(shop.online(), 'beans'), order(shop.online(), 'inventory.restock', beans)]);
  return shop;
}

test('[M1] a sale is kept and published as captured', async () => {
  const shop = await busyShop();
  const sold = await shop.run(sell(shop.till, { saleId: 's1', currency: 'KHR', changeMinor: 500 }));
  expect(sold).toMatchObject({ result: { saleId: 's1', hasVariance: false } });
  expect(published(sold).get('sale.sale s1')).toEqual({
    ...saleOf({ saleId: 's1', currency: 'KHR', changeMinor: 500 }),
    status: 'FINALIZED',
    variance: null,
    deviceId: shop.till.deviceId,
    actorId: shop.till.actorId,
    finalizedAt: '2026-11-22T10:00:00.000Z',
    voidReason: null,
    voidedAt: null,
  });
});

test('[M1] wrong arithmetic is rejected with the figure, and changes nothing', async () => {
  const shop = await busyShop();
  const sale = saleOf({ saleId: 's1' });
  const wrong = { ...sale, totals: { ...sale.totals, vatMinor: 49 } };
  const decision = await shop.run(order(shop.till, 'sale.finalize', wrong));
  expect(decision).toMatchObject({ code: 'sale.TOTALS_MISMATCH', details: { field: 'vatMinor', expected: 50, found: 49 } });
  expect((await shop.run(sell(shop.till, { saleId: 's1' }))).kind).toBe('accepted');
});

test('[M1] menu, policy and discounts that moved on are a variance, never a rejection', async () => {
  const shop = await busyShop();
  const at = shop.online();
  await shop.run(order(at, 'policy.update', { ...asPolicy(), saleVatRatePercent: 12 }));
  await shop.run(order(at, 'menu.removeItem', { menuItemId: 'coffee' }));
  await shop.run(order(at, 'discount.upsert', { discountId: 'd1', name: 'All day', percent: 10, appliesTo: 'ALL' }));
  const sold = await shop.run(sell(shop.till, { saleId: 's1', lines: [COFFEE, { ...COFFEE, menuItemId: 'tea' }] }));
  expect(published(sold).get('sale.sale s1')).toMatchObject({
    variance: [
      { what: 'MENU_ITEM_REMOVED', lineIndex: 0 },
      { what: 'DISCOUNT', lineIndex: 0 },
      { what: 'MENU_ITEM_UNKNOWN', lineIndex: 1 },
      { what: 'DISCOUNT', lineIndex: 1 },
      { what: 'POLICY', key: 'vatRatePercent' },
    ],
  });
});

test('[M2] a cash sale needs the open drawer of its own device', async () => {
  const shop = await busyShop();
  const code = 'sale.CASH_SESSION_NOT_OPEN';
  const unknown = await shop.run(sell(shop.till, { saleId: 's1', cashSessionId: 'none' }));
  expect(refusal(unknown)).toEqual({ code, about: null });
  expect(unknown).toMatchObject({ details: { cashSessionId: 'none', why: 'UNKNOWN' } });
  const other = await shop.run(sell(shop.secondTill(), { saleId: 's1' }));
  expect(refusal(other)).toEqual({ code, about: 'cashSession.session drawer' });
  const abroad = await shop.run(sell({ ...shop.elsewhere(), deviceId: null }, { saleId: 's1' }));
  expect(refusal(abroad)).toEqual({ code, about: null });
  expect((await shop.run(sell(shop.online(), { saleId: 's1' }))).kind).toBe('accepted');
});

test('[M2] after the close no sale enters the session, whatever its tender', async () => {
  const shop = await busyShop();
  await shop.run(close(shop.till));
  for (const method of ['CASH', 'KHQR'] as const) {
    const late = await shop.run(sell(shop.till, { saleId: 's1', method }));
    expect(refusal(late)).toEqual({ code: 'sale.CASH_SESSION_NOT_OPEN', about: 'cashSession.session drawer' });
  }
});

test('[M2] a KHQR sale needs no drawer', async () => {
  const shop = await busyShop();
  expect((await shop.run(sell(shop.till, { saleId: 's1', cashSessionId: 'none', method: 'KHQR' }))).kind).toBe('accepted');
});

test('[M2] open, sales and close in one chunk: the expected cash holds the cash sales alone', async () => {
  const shop = shops.open();
  const orders = [open(shop.till), sell(shop.till, { saleId: 's1' }), sell(shop.till, { saleId: 's2', method: 'KHQR' }), close(shop.till)];
  const decisions = await shop.runTogether(orders);
  expect(decisions[3]).toMatchObject({ result: { expectedMinor: 10_550, varianceMinor: -550 } });
});

test('[M3] a sale takes each line out of the stock, once per item on the feed, below zero with a flag', async () => {
  const shop = await busyShop();
  const lines = [COFFEE, { ...COFFEE, quantity: 9 }, { ...COFFEE, menuItemId: 'water' }];
  const sold = await shop.run(sell(shop.till, { saleId: 's1', lines }));
  expect([...published(sold).keys()]).toEqual(['sale.sale s1', 'inventory.stock beans']);
  expect(published(sold).get('inventory.stock beans')).toEqual({ stockItemId: 'beans', onHand: -1, negative: true });
});

test('[M3] a sale right behind the change of its stock item takes from the new one', async () => {
  const shop = await busyShop();
  const [, sold] = await shop.runTogether([coffeeFrom(shop.online(), 'arabica'), sell(shop.till, { saleId: 's1' })]);
  expect(published(sold).get('inventory.stock arabica')).toMatchObject({ onHand: -2 });
  const [, untracked] = await shop.runTogether([coffeeFrom(shop.online(), null), sell(shop.till, { saleId: 's2' })]);
  expect([...published(untracked).keys()]).toEqual(['sale.sale s2']);
});

test('[M4] a sale id is used once in a tenant', async () => {
  const shop = await busyShop();
  const [, twin] = await shop.runTogether([sell(shop.till, { saleId: 's1' }), sell(shop.till, { saleId: 's1' })]);
  expect(refusal(twin)).toEqual({ code: 'sale.ALREADY_EXISTS', about: 'sale.sale s1' });
  const abroad = await shop.run(sell(shop.elsewhere(), { saleId: 's1', method: 'KHQR' }));
  expect(refusal(abroad).code).toBe('sale.ALREADY_EXISTS');
});

test('[M2] [M3] a void puts back what the sale took, whatever the menu says today', async () => {
  const shop = await busyShop();
  await shop.run(sell(shop.till, { saleId: 's1' }));
  await shop.run(coffeeFrom(shop.online(), 'arabica'));
  const voided = await shop.run(voidOf(shop.online(), 's1'));
  expect(published(voided).get('sale.sale s1')).toMatchObject({ status: 'VOIDED', voidReason: 'wrong table', lines: [COFFEE] });
  expect(published(voided).get('inventory.stock beans')).toEqual({ stockItemId: 'beans', onHand: 10, negative: false });
  expect(published(voided).size).toBe(2);
  expect(await shop.run(close(shop.till))).toMatchObject({ result: { expectedMinor: 10_000 } });
});

test('[M2] a void after the close leaves the counted session alone', async () => {
  const shop = await busyShop();
  await shop.run(sell(shop.till, { saleId: 's1' }));
  const closed = await shop.run(close(shop.till));
  expect(closed).toMatchObject({ result: { expectedMinor: 10_550 } });
  expect((await shop.run(voidOf(shop.online(), 's1'))).kind).toBe('accepted');
  expect(refusal(await shop.run(close(shop.till))).code).toBe('cashSession.NOT_OPEN');
});

test('a sale is voided once, in its own branch', async () => {
  const shop = await busyShop();
  await shop.run(sell(shop.till, { saleId: 's1' }));
  const notFound = { code: 'sale.NOT_FOUND', about: null };
  expect(refusal(await shop.run(voidOf(shop.online(), 's9')))).toEqual(notFound);
  expect(refusal(await shop.run(voidOf({ ...shop.elsewhere(), deviceId: null }, 's1')))).toEqual(notFound);
  await shop.run(voidOf(shop.online(), 's1'));
  expect(refusal(await shop.run(voidOf(shop.online(), 's1')))).toEqual({ code: 'sale.ALREADY_VOIDED', about: 'sale.sale s1' });
});

function asPolicy() {
  return {
    saleVatEnabled: POLICY.vatEnabled,
    saleVatRatePercent: POLICY.vatRatePercent,
    saleFxRateKhrPerUsd: POLICY.fxRateKhrPerUsd,
    saleKhrRoundingEnabled: POLICY.khrRoundingEnabled,
    saleKhrRoundingMode: POLICY.khrRoundingMode,
    saleKhrRoundingGranularity: POLICY.khrRoundingGranularity,
  };
}
