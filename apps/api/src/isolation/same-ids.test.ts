import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hydrate, push, startEngineFixture, type Cafe, type EngineFixture } from '../engine/testing/engine-fixture.ts';
import { brokenInvariants } from '../faults/testing/invariants.ts';
import { saleOf } from '../modules/testing/sale-payload.ts';

let fixture: EngineFixture;
beforeAll(async () => {
  fixture = await startEngineFixture();
});
afterAll(() => fixture.close());

test('[A4][G1] two tenants that use the same ids for everything both succeed, with the same answers', async () => {
  const names = { open: randomUUID(), sale: randomUUID(), movement: randomUUID(), work: randomUUID(), close: randomUUID() };
  const drawer = { cashSessionId: 'drawer', openingFloatMinor: 100 };
  const pushDay = (cafe: Cafe) => {
    const till = cafe.tills[0]!;
    const operation = (name: keyof typeof names, type: string, payload: Parameters<typeof till.operation>[1]) => ({
      ...till.operation(type, payload),
      clientOpId: names[name],
    });
    const day = [
      operation('open', 'cashSession.open', drawer),
      operation('sale', 'sale.finalize', { ...saleOf({ saleId: 'sale-1', cashSessionId: 'drawer' }) }),
      operation('movement', 'cashSession.movement', { movementId: 'm-1', cashSessionId: 'drawer', kind: 'PAID_IN', amountMinor: 5, reason: 'change' }),
      operation('work', 'attendance.startWork', { workId: 'work-1' }),
      { ...operation('close', 'cashSession.close', { cashSessionId: 'drawer', countedMinor: 655 }), dependsOn: [names.open, names.sale] },
    ];
    return { day, answers: push(fixture.engine, till, day) };
  };
  const cafes = [await fixture.cafe(), await fixture.cafe()];
  const pushes = cafes.map(pushDay);
  const [mine, theirs] = await Promise.all(pushes.map(({ answers }) => answers));
  for (const result of mine!) expect(result).toMatchObject({ status: 'SYNCED', duplicate: false, failure: null });
  expect(theirs).toEqual(mine);
  for (const [index, cafe] of cafes.entries()) {
    const again = await push(fixture.engine, cafe.tills[0]!, pushes[index]!.day);
    expect(again).toEqual(mine!.map((result) => ({ ...result, duplicate: true })));
    const { entities } = await hydrate(fixture.engine, cafe.tills[0]!, { scopes: ['sale.*', 'cashSession.*', 'attendance.*'] });
    expect([...entities.keys()].sort()).toEqual(['attendance.work work-1', 'cashSession.movement m-1', 'cashSession.session drawer', 'sale.sale sale-1']);
    expect(await brokenInvariants(fixture.db, cafe.tenantId)).toEqual([]);
  }
});
