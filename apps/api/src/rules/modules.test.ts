import { randomUUID } from 'node:crypto';
import type { OperationResult } from '@modula/sync-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { objectWith, textLike } from './testing/matchers.ts';
import { menuItem, NO_VAT, salePayload } from './testing/payloads.ts';
import type { Till } from './testing/till.ts';
import { startWorld, type Cafe, type World } from './testing/world.ts';

let world: World;
let cafe: Cafe;
let till: Till;

beforeAll(async () => {
  world = await startWorld();
  cafe = await world.cafe({ tills: 2 });
  till = cafe.till;
});
afterAll(() => world.close());

const codeOf = ({ status, failure }: OperationResult) => failure?.code ?? status;
const finalize = (payload: object) => till.pushOne(till.op('sale.finalize', payload));

describe('a sale', () => {
  interface Figures {
    readonly lines: readonly [quantity: number, unitPriceMinor: number, discountMinor: number][];
    readonly policy?: object;
    readonly totals: readonly [subtotal: number, discount: number, vat: number, grand: number];
    readonly tender?: object;
  }
  const payloadOf = ({ lines, policy, totals, tender }: Figures) => ({
    ...salePayload(),
    lines: lines.map(([quantity, unitPriceMinor, discountMinor], index) => ({ menuItemId: `i${index}`, name: 'N', category: null, quantity, unitPriceMinor, discountMinor })),
    policy: { ...NO_VAT, ...policy },
    totals: { subtotalMinor: totals[0], discountMinor: totals[1], vatMinor: totals[2], grandTotalMinor: totals[3] },
    tender: { method: 'KHQR', currency: 'USD', receivedMinor: totals[3], changeMinor: 0, ...tender },
  });
  const vat = (vatRatePercent: number) => ({ vatEnabled: true, vatRatePercent });
  const cash = (currency: string, receivedMinor: number, changeMinor: number) => ({ method: 'CASH', currency, receivedMinor, changeMinor });
  const khr = (khrRoundingMode: string, khrRoundingGranularity: number | string, khrRoundingEnabled = true) => ({ khrRoundingMode, khrRoundingGranularity, khrRoundingEnabled });

  beforeAll(async () => {
    await till.pushOne(till.op('cashSession.open', { cashSessionId: 'no drawer', openingFloatMinor: 0 }));
  });

  const right: [what: string, figures: Figures][] = [
    ['the discount is per line, not per unit', { lines: [[3, 100, 50]], totals: [300, 50, 0, 250] }],
    ['VAT off counts for nothing, whatever the rate', { lines: [[1, 100, 0]], policy: { vatEnabled: false, vatRatePercent: 10 }, totals: [100, 0, 0, 100] }],
    ['VAT of half a cent goes up', { lines: [[1, 5, 0]], policy: vat(10), totals: [5, 0, 1, 6] }],
    ['VAT below half a cent goes down', { lines: [[1, 4, 0]], policy: vat(10), totals: [4, 0, 0, 4] }],
    // 0.145 × 1000 is 145 in decimals, whatever doubles make of 14.5 % of 10.
    ['VAT with a fraction of a percent', { lines: [[1, 10, 0]], policy: vat(14.5), totals: [10, 0, 1, 11] }],
    ['VAT that doubles get wrong: 1.005 % of 1000 is 10.05', { lines: [[1, 1000, 0]], policy: vat(1.005), totals: [1000, 0, 10, 1010] }],
    ['VAT that doubles get wrong: 1.15 % of 1000 is 11.5 and goes up', { lines: [[1, 1000, 0]], policy: vat(1.15), totals: [1000, 0, 12, 1012] }],
    ['VAT is on what is left after discounts', { lines: [[2, 250, 100], [1, 100, 0]], policy: vat(10), totals: [600, 100, 50, 550] }],
    ['cash in dollars, with change', { lines: [[1, 250, 0]], totals: [250, 0, 0, 250], tender: cash('USD', 500, 250) }],
    ['cash in riel, not rounded: 250 cents at 4100 is 10250', { lines: [[1, 250, 0]], policy: khr('NEAREST', 100, false), totals: [250, 0, 0, 250], tender: cash('KHR', 11_000, 750) }],
    ['cash in riel, nearest hundred, half up: 10250 is 10300', { lines: [[1, 250, 0]], policy: khr('NEAREST', 100), totals: [250, 0, 0, 250], tender: cash('KHR', 11_000, 700) }],
    ['cash in riel, down', { lines: [[1, 250, 0]], policy: khr('DOWN', 100), totals: [250, 0, 0, 250], tender: cash('KHR', 11_000, 800) }],
    ['cash in riel, up to a thousand, as text', { lines: [[1, 250, 0]], policy: khr('UP', '1000'), totals: [250, 0, 0, 250], tender: cash('KHR', 11_000, 0) }],
  ];

  test.each(right)('[M1] is taken when the arithmetic of its own snapshot is right: %s', async (_what, figures) => {
    const payload = payloadOf(figures);
    expect(codeOf(await finalize(payload))).toBe('SYNCED');
    const held = (await till.hydrate({ moduleScopes: ['sale.*'] })).get('sale.sale', payload.saleId)!.payload!;
    expect(held).toMatchObject({ lines: payload.lines, totals: payload.totals, policy: payload.policy, tender: payload.tender });
  });

  const wrong: [what: string, figures: Figures][] = [
    ['subtotal', { lines: [[2, 100, 0]], totals: [201, 0, 0, 201] }],
    ['discount', { lines: [[2, 100, 10]], totals: [200, 20, 0, 180] }],
    ['VAT', { lines: [[1, 5, 0]], policy: vat(10), totals: [5, 0, 0, 5] }],
    ['VAT when it is off', { lines: [[1, 100, 0]], policy: { vatRatePercent: 10 }, totals: [100, 0, 10, 110] }],
    ['grand total', { lines: [[1, 100, 0]], totals: [100, 0, 0, 99] }],
    ['change', { lines: [[1, 250, 0]], totals: [250, 0, 0, 250], tender: cash('USD', 500, 251) }],
    ['change in riel', { lines: [[1, 250, 0]], policy: khr('UP', 100), totals: [250, 0, 0, 250], tender: cash('KHR', 11_000, 750) }],
  ];

  test.each(wrong)('[M1] with a wrong %s is sale.TOTALS_MISMATCH', async (_what, figures) => {
    expect(codeOf(await finalize(payloadOf(figures)))).toBe('sale.TOTALS_MISMATCH');
  });

  test('[M1] keeps what the customer paid when menu, policy and discounts have moved on, and says how', async () => {
    const own = await world.cafe();
    const call = async (type: string, payload: object) => expect((await own.till.direct(type, payload)).status).toBe(200);
    await call('menu.upsertItem', menuItem('coffee', { priceMinor: 250 }));
    const same = salePayload();
    expect((await own.till.pushOne(own.till.op('sale.finalize', same))).status).toBe('SYNCED');
    await call('menu.upsertItem', menuItem('coffee', { priceMinor: 300, name: 'Kaffee' }));
    await call('policy.update', { saleVatEnabled: true, saleVatRatePercent: 10 });
    await call('discount.upsert', { discountId: 'd', name: 'D', percent: 50, appliesTo: 'ALL' });
    const drifted = salePayload();
    const result = await own.till.pushOne(own.till.op('sale.finalize', drifted));
    expect(codeOf(result)).toBe('SYNCED');
    const cache = await own.till.hydrate();
    expect(cache.get('sale.sale', same.saleId)!.payload).toMatchObject({ variance: null, totals: same.totals });
    const held = cache.get('sale.sale', drifted.saleId)!.payload!;
    expect(held).toMatchObject({ totals: drifted.totals, lines: drifted.lines });
    expect(JSON.stringify(held['variance'])).toMatch(/PRICE.*POLICY|POLICY.*PRICE/);
  });
});

describe('a cash session', () => {
  test('[M2] a cash sale needs its device’s session open, and says what made it fail', async () => {
    const own = await world.cafe({ tills: 2 });
    const [mine, other] = [own.tills[0]!, own.tills[1]!];
    const sell = (from: Till, cashSessionId: string) => from.pushOne(from.op('sale.finalize', salePayload({ method: 'CASH', cashSessionId })));
    expect(codeOf(await sell(mine, 'a'))).toBe('sale.CASH_SESSION_NOT_OPEN');
    const opened = await mine.pushOne(mine.op('cashSession.open', { cashSessionId: 'a', openingFloatMinor: 1000 }));
    expect(codeOf(await sell(mine, 'a'))).toBe('SYNCED');
    // The drawer of another till.
    expect(codeOf(await sell(other, 'a'))).toBe('sale.CASH_SESSION_NOT_OPEN');
    const second = await mine.pushOne(mine.op('cashSession.open', { cashSessionId: 'b', openingFloatMinor: 0 }));
    expect(second.failure).toMatchObject({ code: 'cashSession.ALREADY_OPEN', evidence: { entityKind: 'cashSession.session', entityId: 'a', seq: opened.streamSeq } });
    expect(codeOf(await other.pushOne(other.op('cashSession.open', { cashSessionId: 'b', openingFloatMinor: 0 })))).toBe('SYNCED');

    const movement = (movementId: string, kind: string, amountMinor: number) =>
      mine.op('cashSession.movement', { movementId, cashSessionId: 'a', kind, amountMinor, reason: 'r' });
    expect((await mine.push([movement('m1', 'PAID_IN', 300), movement('m2', 'PAID_OUT', 200), movement('m3', 'ADJUSTMENT', -50)])).map(codeOf)).toEqual(['SYNCED', 'SYNCED', 'SYNCED']);
    const closed = await mine.pushOne(mine.op('cashSession.close', { cashSessionId: 'a', countedMinor: 1500 }));
    // 1000 float + 500 sold + 300 − 200 − 50.
    expect(closed.result).toMatchObject({ expectedMinor: 1550, countedMinor: 1500, varianceMinor: -50 });
    const late = await sell(mine, 'a');
    expect(late.failure).toMatchObject({
      code: 'sale.CASH_SESSION_NOT_OPEN',
      evidence: { entityKind: 'cashSession.session', entityId: 'a', seq: closed.streamSeq, actorId: own.actors.Dara.actorId },
    });
    expect((await mine.pushOne(movement('m4', 'PAID_IN', 1))).status).toBe('FAILED');
    expect((await mine.pushOne(mine.op('cashSession.close', { cashSessionId: 'a', countedMinor: 0 }))).status).toBe('FAILED');
    expect(codeOf(await mine.pushOne(mine.op('cashSession.open', { cashSessionId: 'c', openingFloatMinor: 0 })))).toBe('SYNCED');
  });

  test('[M2] two opens of one device race over two nodes: one is open', async () => {
    const own = await world.cafe();
    const open = (cashSessionId: string, node: number) => own.till.direct('cashSession.open', { cashSessionId, openingFloatMinor: 0 }, {}, node);
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map(open));
    expect(answers.map(({ sync }) => sync?.code ?? 'SYNCED').sort()).toEqual(['SYNCED', ...Array<string>(3).fill('cashSession.ALREADY_OPEN')]);
  });
});

test('[M3] stock is a ledger with a projection; a sale may take it below zero, flagged; a void gives it back', async () => {
  const own = await world.cafe({ tills: 2, branches: 1 });
  const call = async (type: string, payload: object) => expect((await own.till.direct(type, payload)).status).toBe(200);
  await call('menu.upsertItem', menuItem('coffee', { stockItemId: 'beans' }));
  await call('inventory.restock', { movementId: 'r', stockItemId: 'beans', quantity: 5, reason: 'r' });
  const payloads = Array.from({ length: 8 }, () => salePayload({ quantity: 1 }));
  // Eight sales of one at once, from two tills over two nodes.
  const results = await Promise.all(own.tills.map((each, node) => each.push(payloads.slice(node * 4, node * 4 + 4).map((payload) => each.op('sale.finalize', payload)), node)));
  expect(results.flat().map(codeOf)).toEqual(Array<string>(8).fill('SYNCED'));
  const stock = async () => (await own.till.hydrate({ moduleScopes: ['inventory.*'] })).get('inventory.stock', 'beans')!.payload;
  expect(await stock()).toMatchObject({ onHand: -3, negative: true });
  await call('sale.void', { saleId: payloads[0]!.saleId, reason: 'r' });
  await call('inventory.adjust', { movementId: 'a', stockItemId: 'beans', quantity: 2, reason: 'counted' });
  expect(await stock()).toMatchObject({ onHand: 0, negative: false });
  const ledger = await own.rows('stock_movement');
  expect(ledger).toHaveLength(11);
  expect(ledger.reduce((sum, row) => sum + Number(row['quantity']), 0)).toBe(0);
});

describe('ids', () => {
  const cases: [module: string, type: string, kind: string, payload: (id: string) => object][] = [
    ['sale', 'sale.finalize', 'sale.sale', (saleId) => salePayload({ saleId })],
    ['attendance', 'attendance.startWork', 'attendance.work', (workId) => ({ workId })],
    ['cashSession', 'cashSession.open', 'cashSession.session', (cashSessionId) => ({ cashSessionId, openingFloatMinor: 0 })],
    ['inventory', 'inventory.restock', 'inventory.stock', (stockItemId) => ({ movementId: 'the movement', stockItemId, quantity: 1, reason: 'r' })],
  ];

  test.each(cases)('[M4] the id a device made is the entity’s; from another operation it is %s.ALREADY_EXISTS', async (module, type, kind, payload) => {
    const own = await world.cafe({ tills: 2 });
    const id = randomUUID();
    const [first, second] = own.tills.map((each, node) => each.direct(type, payload(id), {}, node));
    const codes = [(await first!).sync?.code ?? 'SYNCED', (await second!).sync?.code ?? 'SYNCED'].sort();
    expect(codes).toEqual(['SYNCED', `${module}.ALREADY_EXISTS`]);
    expect((await own.till.hydrate()).ids(kind)).toEqual([id]);
  });

  test('[M4] of a cash movement too', async () => {
    const own = await world.cafe();
    await own.till.pushOne(own.till.op('cashSession.open', { cashSessionId: 'a', openingFloatMinor: 0 }));
    const movement = () => own.till.op('cashSession.movement', { movementId: 'm', cashSessionId: 'a', kind: 'PAID_IN', amountMinor: 1, reason: 'r' });
    expect((await own.till.push([movement(), movement()])).map(codeOf)).toEqual(['SYNCED', 'cashSession.ALREADY_EXISTS']);
  });
});

test('[M5] every applied operation writes one audit row: who, what, when captured, when applied, from which device and lane', async () => {
  const own = await world.cafe({ branches: 1 });
  const actorId = own.actors.Sophea.actorId;
  const replayed = own.till.sale({ actorId, occurredAt: '2020-01-01T10:00:00.000Z' });
  await own.till.push([replayed, replayed, own.till.op('cashSession.close', { cashSessionId: 'none', countedMinor: 0 })]);
  const direct = await own.till.direct('attendance.startWork', { workId: 'w' }, { actorId });
  const rows = (await own.rows('audit_entry')).filter((row) => row['client_op_id'] !== null);
  expect(rows).toHaveLength(2);
  expect(rows).toContainEqual(
    objectWith({
      action: 'sale.finalize',
      client_op_id: replayed.clientOpId,
      actor_id: actorId,
      device_id: own.till.identity.deviceId,
      branch_id: own.branchId,
      lane: 'replay',
      captured_at: '2020-01-01T10:00:00.000Z',
      applied_at: textLike(/^20(?!20)/),
    }),
  );
  expect(rows).toContainEqual(objectWith({ action: 'attendance.startWork', client_op_id: direct.data.clientOpId, actor_id: actorId, lane: 'direct' }));
});

test('[4] unknown fields are rejected, in every type', async () => {
  const payloads: [type: string, payload: object][] = [
    ['sale.finalize', salePayload()],
    ['cashSession.open', { cashSessionId: 'x', openingFloatMinor: 0 }],
    ['cashSession.close', { cashSessionId: 'x', countedMinor: 0 }],
    ['attendance.startWork', { workId: 'x' }],
    ['attendance.endWork', { workId: 'x' }],
    ['inventory.restock', { movementId: 'x', stockItemId: 's', quantity: 1, reason: 'r' }],
    ['menu.upsertItem', menuItem('x')],
    ['menu.removeItem', { menuItemId: 'x' }],
    ['menu.upsertCategory', { categoryId: 'x', name: 'n', position: 0 }],
    ['policy.update', { saleVatEnabled: true }],
    ['discount.upsert', { discountId: 'x', name: 'n', percent: 1, appliesTo: 'ALL' }],
  ];
  for (const [type, payload] of payloads) expect([type, (await till.direct(type, { ...payload, more: 1 })).sync?.code]).toEqual([type, 'PAYLOAD_INVALID']);
});
