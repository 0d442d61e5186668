import * as fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import type { JsonObject } from '../json.ts';
import { OPERATION_TYPES, type OperationType } from '../operation-types.ts';
import { ALL_CONTRACTS, cashSessionContract, saleContract, type PayloadOf } from './index.ts';

const sale: PayloadOf<'sale.finalize'> = {
  saleId: 's-1',
  cashSessionId: 'c-1',
  saleType: 'TAKEAWAY',
  receiptNumber: 'R-0001',
  lines: [{ menuItemId: 'latte', name: 'Latte', category: null, quantity: 2, unitPriceMinor: 250, discountMinor: 0 }],
  totals: { subtotalMinor: 500, discountMinor: 0, vatMinor: 50, grandTotalMinor: 550 },
  policy: {
    vatEnabled: true,
    vatRatePercent: 10,
    fxRateKhrPerUsd: 4100,
    khrRoundingEnabled: true,
    khrRoundingMode: 'NEAREST',
    khrRoundingGranularity: 100,
  },
  tender: { method: 'CASH', currency: 'USD', receivedMinor: 1000, changeMinor: 450 },
};

const good: { readonly [Type in OperationType]: PayloadOf<Type> } = {
  'sale.finalize': sale,
  'sale.void': { saleId: 's-1', reason: 'wrong drink' },
  'cashSession.open': { cashSessionId: 'c-1', openingFloatMinor: 0 },
  'cashSession.movement': { movementId: 'm-1', cashSessionId: 'c-1', kind: 'ADJUSTMENT', amountMinor: -5, reason: 'miscounted' },
  'cashSession.close': { cashSessionId: 'c-1', countedMinor: 12_345 },
  'attendance.startWork': { workId: 'w-1' },
  'attendance.endWork': { workId: 'w-1' },
  'inventory.restock': { movementId: 'm-1', stockItemId: 'milk', quantity: 10, reason: 'delivery' },
  'inventory.adjust': { movementId: 'm-2', stockItemId: 'milk', quantity: -1, reason: 'spilt' },
  'menu.upsertItem': { menuItemId: 'latte', name: 'Latte', category: 'Coffee', priceMinor: 250, stockItemId: null, active: true },
  'menu.removeItem': { menuItemId: 'latte' },
  'menu.upsertCategory': { categoryId: 'coffee', name: 'Coffee', position: 1 },
  'menu.removeCategory': { categoryId: 'coffee' },
  'policy.update': { saleVatEnabled: false },
  'discount.upsert': { discountId: 'd-1', name: 'Happy hour', percent: 12.5, appliesTo: 'ITEMS', menuItemIds: ['latte'] },
  'discount.remove': { discountId: 'd-1' },
};

const operations = new Map(ALL_CONTRACTS.flatMap((contract) => Object.entries(contract.operations)));
const accepts = (type: string, payload: unknown) => operations.get(type)?.payload.safeParse(payload).success;
/** The payload with one place set to another value. */
const but = (type: OperationType, change: JsonObject) => ({ ...good[type], ...change });

describe('payloads', () => {
  test.each(OPERATION_TYPES)('%s: a good one is taken, and comes out as it went in', (type) => {
    expect(operations.get(type)?.payload.safeParse(good[type])).toStrictEqual({ success: true, data: good[type] });
  });

  test.each(OPERATION_TYPES)('[A1] %s: an unknown field is refused, and so is every missing one', (type) => {
    expect(accepts(type, but(type, { extra: 1 }))).toBe(false);
    const optional = new Set(['stockItemId', 'active', 'menuItemIds'].filter(() => type === 'menu.upsertItem' || type === 'discount.upsert'));
    for (const field of Object.keys(good[type])) {
      const { [field]: _left, ...rest } = good[type] as JsonObject;
      expect({ field, accepted: accepts(type, rest) }).toStrictEqual({ field, accepted: optional.has(field) });
    }
  });

  test.each(OPERATION_TYPES)('[A1] %s: no value at all makes the schema throw', (type) => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(accepts(type, value)).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  test('[A1] unknown fields are refused inside a sale too', () => {
    expect(accepts('sale.finalize', { ...sale, lines: [{ ...sale.lines[0], note: 'hot' }] })).toBe(false);
    expect(accepts('sale.finalize', { ...sale, totals: { ...sale.totals, tipMinor: 0 } })).toBe(false);
    expect(accepts('sale.finalize', { ...sale, policy: { ...sale.policy, rate: 0 } })).toBe(false);
    expect(accepts('sale.finalize', { ...sale, tender: { ...sale.tender, note: '' } })).toBe(false);
  });

  test.each<[OperationType, string, readonly unknown[], readonly unknown[]]>([
    ['sale.void', 'saleId', ['x', 'x'.repeat(100), 'ក'], ['', 'x'.repeat(101), 1, null, '\ud800', '\u0000']],
    ['sale.void', 'reason', ['x'.repeat(500)], ['', 'x'.repeat(501), null]],
    ['cashSession.open', 'openingFloatMinor', [0, 1_000_000_000_000], [-1, 0.5, 1_000_000_000_001, 2 ** 53, '1', Number.NaN]],
    ['cashSession.movement', 'amountMinor', [-1, 0, 1, -1_000_000_000_000], [0.1, -1_000_000_000_001, 2 ** 53, '1']],
    ['cashSession.movement', 'kind', ['ADJUSTMENT'], ['PAID_IN', 'PAID_OUT', 'OTHER']],
    ['inventory.restock', 'quantity', [1, 1_000_000_000], [0, -1, 1.5, 1_000_000_001]],
    ['inventory.adjust', 'quantity', [1, -1, -1_000_000_000], [0, 1.5, -1_000_000_001]],
    ['menu.upsertItem', 'category', [null, 'x'.repeat(200)], ['x'.repeat(201), 1]],
    ['menu.upsertItem', 'stockItemId', [null, 'milk'], ['', undefined]],
    ['menu.upsertCategory', 'position', [0, -1], [0.5, 1_000_001]],
    ['policy.update', 'saleVatRatePercent', [0, 100, 7.25], [-0.1, 100.1, '10']],
    ['policy.update', 'saleFxRateKhrPerUsd', [4100, 4012.5], [0, -1, Number.POSITIVE_INFINITY]],
    ['policy.update', 'saleKhrRoundingMode', ['NEAREST', 'UP', 'DOWN', 'HALF_UP'], ['up', 'HALF_EVEN']],
    ['policy.update', 'saleKhrRoundingGranularity', [100, 1000, '100', '1000', 1, 100_000, '100000'], [0, -100, 1.5, 100_001, '100001', '0100', '1e2', '']],
    ['discount.upsert', 'percent', [0, 100, 33.3], [-1, 101]],
  ])('[A1] %s.%s', (type, field, right, wrong) => {
    expect(right.filter((value) => accepts(type, { ...good[type], [field]: value }) !== true)).toStrictEqual([]);
    expect(wrong.filter((value) => accepts(type, { ...good[type], [field]: value }) !== false)).toStrictEqual([]);
  });

  test('[A1] a sale has 1 to 500 lines, of up to a million each', () => {
    const [line] = sale.lines;
    expect([0, 1, 500, 501].map((count) => accepts('sale.finalize', { ...sale, lines: Array(count).fill(line) }))).toStrictEqual([false, true, true, false]);
    expect([0, 1, 1_000_000, 1_000_001].map((quantity) => accepts('sale.finalize', { ...sale, lines: [{ ...line, quantity }] }))).toStrictEqual([false, true, true, false]);
  });

  test('[A1] a policy update that changes nothing is refused', () => {
    expect(accepts('policy.update', {})).toBe(false);
  });

  test('[A1] a refusal names the place', () => {
    const refused = saleContract.operations['sale.finalize'].payload.safeParse({ ...sale, lines: [{ ...sale.lines[0], quantity: 0 }] });
    expect(refused).toMatchObject({ success: false, error: { issues: [{ path: ['lines', 0, 'quantity'] }] } });
  });
});

describe('amounts', () => {
  test('a sale is worth its total, a cash movement what it moved, nothing else is money at risk', () => {
    expect(saleContract.operations['sale.finalize'].amount?.(sale)).toStrictEqual({ amountMinor: 550, currency: 'USD' });
    expect(cashSessionContract.operations['cashSession.movement'].amount?.(good['cashSession.movement'])).toStrictEqual({ amountMinor: 5, currency: 'USD' });
    expect([...operations.values()].filter((operation) => operation.amount !== undefined)).toHaveLength(2);
  });
});

test('payload types are those of the schemas, and JSON', () => {
  expectTypeOf<PayloadOf<'sale.void'>>().toEqualTypeOf<{ saleId: string; reason: string }>();
  expectTypeOf<PayloadOf<OperationType>>().toExtend<JsonObject>();
});
