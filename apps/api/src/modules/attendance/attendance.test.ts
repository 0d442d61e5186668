import { afterAll, beforeAll, expect, test } from 'vitest';
import { published, refusal } from '../testing/decisions.ts';
import { openShops, order, type Place } from '../testing/shop.ts';

let shops: Awaited<ReturnType<typeof openShops>>;
beforeAll(async () => {
  shops = await openShops();
});
afterAll(() => shops.close());

const start = (place: Place, workId: string) => order(place, 'attendance.startWork', { workId });
const end = (place: Place, workId: string) => order(place, 'attendance.endWork', { workId });

test('an actor starts and ends its work', async () => {
  const shop = shops.open();
  const started = await shop.run(start(shop.till, 'w1'));
  expect(published(started).get('attendance.work w1')).toMatchObject({ status: 'STARTED', actorId: shop.till.actorId, endedAt: null });
  const ended = await shop.run(end(shop.till, 'w1'));
  expect(published(ended).get('attendance.work w1')).toMatchObject({ status: 'ENDED', endedAt: '2026-11-22T10:00:00.000Z' });
  expect((await shop.run(start(shop.till, 'w2'))).kind).toBe('accepted');
});

test('an actor at work does not start again, in one chunk neither', async () => {
  const shop = shops.open();
  const [, second] = await shop.runTogether([start(shop.till, 'w1'), start(shop.till, 'w2')]);
  expect(refusal(second)).toEqual({ code: 'attendance.ALREADY_STARTED', about: 'attendance.work w1' });
  const third = await shop.run(start(shop.secondTill(), 'w3'));
  expect(refusal(third)).toEqual({ code: 'attendance.ALREADY_STARTED', about: 'attendance.work w1' });
});

test('another actor, and the same one in another branch, start their own work', async () => {
  const shop = shops.open();
  await shop.run(start(shop.till, 'w1'));
  expect((await shop.run(start(shop.otherActor(), 'w2'))).kind).toBe('accepted');
  expect((await shop.run(start(shop.elsewhere(), 'w3'))).kind).toBe('accepted');
});

test('[M4] a work id is used once', async () => {
  const shop = shops.open();
  await shop.run(start(shop.till, 'w1'));
  await shop.run(end(shop.till, 'w1'));
  expect(refusal(await shop.run(start(shop.otherActor(), 'w1')))).toEqual({ code: 'attendance.ALREADY_EXISTS', about: 'attendance.work w1' });
});

test('work ends once, and only by the one who started it', async () => {
  const shop = shops.open();
  await shop.run(start(shop.till, 'w1'));
  const notFound = { code: 'attendance.NOT_FOUND', about: null };
  expect(refusal(await shop.run(end(shop.till, 'w9')))).toEqual(notFound);
  expect(refusal(await shop.run(end(shop.otherActor(), 'w1')))).toEqual(notFound);
  expect(refusal(await shop.run(end(shop.elsewhere(), 'w1')))).toEqual(notFound);
  await shop.run(end(shop.till, 'w1'));
  expect(refusal(await shop.run(end(shop.till, 'w1')))).toEqual({ code: 'attendance.ALREADY_ENDED', about: 'attendance.work w1' });
});
