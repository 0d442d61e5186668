import { afterAll, beforeAll, expect, test } from 'vitest';
import { published, refusal } from '../testing/decisions.ts';
import { openShops, order, type Place, type Shop } from '../testing/shop.ts';

let shops: Awaited<ReturnType<typeof openShops>>;
beforeAll(async () => {
  shops = await openShops();
});
afterAll(() => shops.close());

const open = (place: Place, cashSessionId = 'drawer') => order(place, 'cashSession.open', { cashSessionId, openingFloatMinor: 10_000 });
const close = (place: Place, countedMinor: number) => order(place, 'cashSession.close', { cashSessionId: 'drawer', countedMinor });
const move = (place: Place, movementId: string, kind: 'PAID_IN' | 'PAID_OUT' | 'ADJUSTMENT', amountMinor: number) =>
  order(place, 'cashSession.movement', { movementId, cashSessionId: 'drawer', kind, amountMinor, reason: 'change' });

async function openedShop(): Promise<Shop> {
  const shop = shops.open();
  await shop.run(open(shop.till));
  return shop;
}

test('[M2] a device opens one session at a time, and again after it closed', async () => {
  const shop = await openedShop();
  const second = await shop.run(open(shop.till, 'drawer-2'));
  expect(refusal(second)).toEqual({ code: 'cashSession.ALREADY_OPEN', about: 'cashSession.session drawer' });
  expect(second).toMatchObject({ details: { cashSessionId: 'drawer' } });
  await shop.run(close(shop.till, 10_000));
  expect((await shop.run(open(shop.till, 'drawer-2'))).kind).toBe('accepted');
});

test('[M2] two opens of one device in one chunk: the first wins', async () => {
  const shop = shops.open();
  const [first, second] = await shop.runTogether([open(shop.till), open(shop.till, 'drawer-2')]);
  expect(first?.kind).toBe('accepted');
  expect(refusal(second)).toEqual({ code: 'cashSession.ALREADY_OPEN', about: 'cashSession.session drawer' });
});

test('[M2] another device of the branch opens its own session', async () => {
  const shop = await openedShop();
  expect((await shop.run(open(shop.secondTill(), 'drawer-2'))).kind).toBe('accepted');
});

test('[M4] a session id is used once in a tenant', async () => {
  const shop = await openedShop();
  const code = { code: 'cashSession.ALREADY_EXISTS', about: 'cashSession.session drawer' };
  expect(refusal(await shop.run(open(shop.till)))).toEqual(code);
  expect(refusal(await shop.run(open(shop.elsewhere())))).toEqual(code);
});

test('[M2] closing computes the expected cash and the variance', async () => {
  const shop = await openedShop();
  await shop.run(move(shop.till, 'm1', 'PAID_IN', 2_000));
  await shop.run(move(shop.till, 'm2', 'PAID_OUT', 700));
  await shop.run(move(shop.till, 'm3', 'ADJUSTMENT', -50));
  const closed = await shop.run(close(shop.till, 11_200));
  expect(closed).toMatchObject({
    result: { cashSessionId: 'drawer', expectedMinor: 11_250, countedMinor: 11_200, varianceMinor: -50 },
  });
  expect(published(closed).get('cashSession.session drawer')).toMatchObject({
    status: 'CLOSED',
    expectedMinor: 11_250,
    varianceMinor: -50,
    closedBy: shop.till.actorId,
  });
});

test('[M2] a closed session takes no movement and no second close', async () => {
  const shop = await openedShop();
  await shop.run(close(shop.till, 10_000));
  const code = { code: 'cashSession.NOT_OPEN', about: 'cashSession.session drawer' };
  expect(refusal(await shop.run(move(shop.till, 'm1', 'PAID_IN', 1)))).toEqual(code);
  expect(refusal(await shop.run(close(shop.till, 10_000)))).toEqual(code);
});

test('[M2] a session is its own device\'s; a person without a till reaches it within the branch', async () => {
  const shop = await openedShop();
  const code = { code: 'cashSession.NOT_FOUND', about: null };
  expect(refusal(await shop.run(move(shop.secondTill(), 'm1', 'PAID_IN', 1)))).toEqual(code);
  expect(refusal(await shop.run(move({ ...shop.elsewhere(), deviceId: null }, 'm1', 'PAID_IN', 1)))).toEqual(code);
  expect((await shop.run(move(shop.online(), 'm1', 'PAID_IN', 1))).kind).toBe('accepted');
});

test('[M4] a movement id is used once', async () => {
  const shop = await openedShop();
  const moved = await shop.run(move(shop.till, 'm1', 'PAID_IN', 500));
  expect([...published(moved).keys()]).toEqual(['cashSession.movement m1', 'cashSession.session drawer']);
  const again = await shop.run(move(shop.till, 'm1', 'PAID_IN', 500));
  expect(refusal(again)).toEqual({ code: 'cashSession.ALREADY_EXISTS', about: 'cashSession.movement m1' });
  expect(await shop.run(close(shop.till, 10_500))).toMatchObject({ result: { varianceMinor: 0 } });
});

test('[F4] an open session tells no figure that a sale would make stale', async () => {
  const shop = shops.open();
  const opened = await shop.run(open(shop.till));
  expect(published(opened).get('cashSession.session drawer')).toMatchObject({ status: 'OPEN', cashSalesMinor: null, expectedMinor: null });
});
