import { expect, test } from 'vitest';
import { PriceBook } from '../menu/price-book.ts';
import { DayLedger } from './day-totals.ts';
import { ledgerOfSales } from './hydrated-totals.ts';

const sale = (receiptNumber: string, grandTotalMinor: number) => ({
  receiptNumber,
  finalizedAt: '2023-01-01T07:06:11.000Z',
  totals: { grandTotalMinor },
  lines: [{ quantity: 2 }, { quantity: 1 }],
});

function ledgerWith(revenueMinor: number): DayLedger {
  const ledger = new DayLedger();
  ledger.add('5', '2023-01-01', { revenueMinor, items: 3, receipts: 1 });
  return ledger;
}

test('a hydrated cache is summed per branch and day', () => {
  const { ledger, problems } = ledgerOfSales('5', [sale('5-1', 700), sale('5-2', 300)]);
  expect(ledger.of('5', '2023-01-01')).toEqual({ revenueMinor: 1_000, items: 6, receipts: 2 });
  expect(problems).toEqual([]);
});

test('[G1] a receipt that is there twice is told', () => {
  expect(ledgerOfSales('5', [sale('5-1', 700), sale('5-1', 700)]).problems).toEqual(['5: receipt 5-1 is there twice']);
});

test('a cent of difference is a difference, and a missing day too', () => {
  expect(DayLedger.differences(ledgerWith(700), ledgerWith(700))).toEqual([]);
  expect(DayLedger.differences(ledgerWith(700), ledgerWith(701))).toEqual([
    '5 2023-01-01: expected 700 cents in 1 receipts with 3 items, found 701 cents in 1 receipts with 3 items',
  ]);
  expect(DayLedger.differences(ledgerWith(700), new DayLedger())).toHaveLength(1);
});

test('a price is an edit when it differs from the last one seen at that store; a product is new once in the chain', () => {
  const book = new PriceBook();
  const sold = (storeId: string, unitPriceMinor: number) =>
    book
      .editsFor({ storeId, soldAt: '', number: 1, lines: [{ productId: '69', name: 'Bun', category: null, quantity: 1, unitPriceMinor, discountMinor: 0 }] })
      .map(({ priceMinor, isNew }) => (isNew ? `new at ${priceMinor}` : `now ${priceMinor}`));
  expect(sold('5', 325)).toEqual(['new at 325']);
  expect(sold('5', 325)).toEqual([]);
  expect(sold('8', 350)).toEqual([]);
  expect(sold('5', 406)).toEqual(['now 406']);
  expect(sold('5', 325)).toEqual(['now 325']);
});
