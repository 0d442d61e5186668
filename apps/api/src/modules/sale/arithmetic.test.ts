import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { COFFEE, POLICY, saleOf, type SalePayload } from '../testing/sale-payload.ts';
import { mismatchOf } from './arithmetic.ts';

// 2 × 2.50 − 0.25 = 4.75; 10 % VAT is 0.475, half up 0.48; 5.23 at 4,100 is 21,443 riel, rounded to hundreds 21,400.
const BY_HAND: SalePayload = {
  saleId: 's1',
  cashSessionId: 'drawer',
  saleType: 'DINE_IN',
  receiptNumber: 'R-1',
  lines: [{ ...COFFEE, discountMinor: 25 }],
  totals: { subtotalMinor: 500, discountMinor: 25, vatMinor: 48, grandTotalMinor: 523 },
  policy: POLICY,
  tender: { method: 'CASH', currency: 'KHR', receivedMinor: 25_000, changeMinor: 3_600 },
};

const money = fc.integer({ min: 0, max: 1_000_000 });
const anySale = fc
  .record({
    lines: fc.array(fc.record({ quantity: fc.integer({ min: 1, max: 50 }), unitPriceMinor: money }), { minLength: 1, maxLength: 8 }),
    discountPercent: fc.integer({ min: 0, max: 100 }),
    policy: fc.record({
      vatEnabled: fc.boolean(),
      vatRatePercent: fc.constantFrom(0, 5, 7.5, 10, 33.3),
      fxRateKhrPerUsd: fc.constantFrom(4000, 4100, 4087.5),
      khrRoundingEnabled: fc.boolean(),
      khrRoundingMode: fc.constantFrom('NEAREST', 'UP', 'DOWN'),
      khrRoundingGranularity: fc.constantFrom<(number | string)[]>(100, 1000, '100', '1000'),
    }),
    currency: fc.constantFrom('USD', 'KHR'),
    changeMinor: money,
  })
  .map(({ lines, discountPercent, ...rest }) =>
    saleOf({
      saleId: 's',
      ...rest,
      lines: lines.map((line) => ({
        ...COFFEE,
        ...line,
        discountMinor: Math.floor((line.quantity * line.unitPriceMinor * discountPercent) / 100),
      })),
    }),
  );

test('[M1] a sale worked out by hand is right', () => {
  expect(mismatchOf(BY_HAND)).toBeNull();
});

test('[M1] a sale whose figures follow from its lines, policy and tender is right', () => {
  fc.assert(
    fc.property(anySale, (sale) => {
      expect(mismatchOf(sale)).toBeNull();
    }),
  );
});

test('[M1] any figure that is off is found, by name, with what it should be', () => {
  const field = fc.constantFrom('subtotalMinor', 'discountMinor', 'vatMinor', 'grandTotalMinor');
  const off = fc.integer({ min: -1000, max: 1000 }).filter((by) => by !== 0);
  fc.assert(
    fc.property(anySale, field, off, (sale, name, by) => {
      const wrong = { ...sale, totals: { ...sale.totals, [name]: sale.totals[name] + by } };
      expect(mismatchOf(wrong)).toEqual({ field: name, expected: sale.totals[name], found: sale.totals[name] + by });
    }),
  );
});

test('[M1] cash change that is off is found in the currency of the tender', () => {
  const tender = { ...BY_HAND.tender, changeMinor: 3_500 };
  expect(mismatchOf({ ...BY_HAND, tender })).toEqual({ field: 'changeMinor', expected: 3_600, found: 3_500 });
});

test('[M1] cash that does not cover the bill never adds up', () => {
  const tender = { ...BY_HAND.tender, receivedMinor: 21_300, changeMinor: 0 };
  expect(mismatchOf({ ...BY_HAND, tender })).toEqual({ field: 'changeMinor', expected: -100, found: 0 });
});

test('[M1] what KHQR received is not the business of the arithmetic', () => {
  expect(mismatchOf({ ...BY_HAND, tender: { method: 'KHQR', currency: 'USD', receivedMinor: 0, changeMinor: 0 } })).toBeNull();
});
