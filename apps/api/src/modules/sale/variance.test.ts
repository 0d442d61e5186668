import { expect, test } from 'vitest';
import type { BranchPolicy, CatalogueItem, LiveDiscount } from '../ports.ts';
import { COFFEE, saleOf } from '../testing/sale-payload.ts';
import { varianceOf, type Today } from './variance.ts';

const ITEM: CatalogueItem = { name: 'Iced coffee', priceMinor: 250, stockItemId: null, active: true, removed: false };
const SAME_POLICY: BranchPolicy = {
  saleVatEnabled: true,
  saleVatRatePercent: 10,
  saleFxRateKhrPerUsd: 4100,
  saleKhrRoundingEnabled: true,
  saleKhrRoundingMode: 'HALF_UP',
  saleKhrRoundingGranularity: '100',
  saleAllowPayLater: true,
};
const SALE = saleOf({ saleId: 's1' });

function today(changed: { item?: Partial<CatalogueItem> | null; policy?: Partial<BranchPolicy>; discounts?: LiveDiscount[] }): Today {
  return {
    itemOf: () => (changed.item === null ? undefined : { ...ITEM, ...changed.item }),
    policy: { ...SAME_POLICY, ...changed.policy },
    discounts: changed.discounts ?? [],
  };
}

const everything = (percent: number): LiveDiscount => ({ discountId: `d${percent}`, percent, menuItemIds: null });
const withDiscount = (discountMinor: number) => saleOf({ saleId: 's1', lines: [{ ...COFFEE, discountMinor }] });

test('[M1] nothing moved on: no variance, whichever way the rounding is spelled', () => {
  expect(varianceOf(SALE, today({}))).toBeNull();
});

test('[M1] a branch that never set a policy has none to drift from', () => {
  expect(varianceOf(SALE, { ...today({}), policy: undefined })).toBeNull();
});

test.each([
  ['an unknown item', null, [{ what: 'MENU_ITEM_UNKNOWN', lineIndex: 0, menuItemId: 'coffee' }]],
  ['a removed item', { removed: true, active: false }, [{ what: 'MENU_ITEM_REMOVED', lineIndex: 0, menuItemId: 'coffee' }]],
  ['an inactive item', { active: false }, [{ what: 'MENU_ITEM_INACTIVE', lineIndex: 0, menuItemId: 'coffee' }]],
  [
    'a new name and price',
    { name: 'Latte', priceMinor: 300 },
    [
      { what: 'MENU_ITEM_NAME', lineIndex: 0, menuItemId: 'coffee', captured: 'Iced coffee', current: 'Latte' },
      { what: 'MENU_ITEM_PRICE', lineIndex: 0, menuItemId: 'coffee', capturedMinor: 250, currentMinor: 300 },
    ],
  ],
])('[M1] %s is a variance of its line', (_, item, expected) => {
  expect(varianceOf(SALE, today({ item }))).toEqual(expected);
});

test('[M1] each policy key that changed is named with both values', () => {
  expect(varianceOf(SALE, today({ policy: { saleVatRatePercent: 12, saleKhrRoundingGranularity: 1000 } }))).toEqual([
    { what: 'POLICY', key: 'vatRatePercent', captured: 10, current: 12 },
    { what: 'POLICY', key: 'khrRoundingGranularity', captured: 100, current: 1000 },
  ]);
});

test('[M1] a discount that one rule, or all rules together, still give is no variance', () => {
  expect(varianceOf(withDiscount(50), today({ discounts: [everything(10)] }))).toBeNull();
  expect(varianceOf(withDiscount(50), today({ discounts: [everything(10), everything(5)] }))).toBeNull();
  expect(varianceOf(withDiscount(75), today({ discounts: [everything(10), everything(5)] }))).toBeNull();
});

test('[M1] a discount that was changed, ended or begun since is a variance', () => {
  const at = { what: 'DISCOUNT', lineIndex: 0, menuItemId: 'coffee' };
  expect(varianceOf(withDiscount(50), today({ discounts: [everything(20)] }))).toEqual([{ ...at, capturedMinor: 50, currentPercents: [20] }]);
  expect(varianceOf(withDiscount(50), today({}))).toEqual([{ ...at, capturedMinor: 50, currentPercents: [] }]);
  expect(varianceOf(SALE, today({ discounts: [everything(10)] }))).toEqual([{ ...at, capturedMinor: 0, currentPercents: [10] }]);
});

test('[M1] a rule for other items does not touch the line', () => {
  const discounts = [{ discountId: 'd', percent: 10, menuItemIds: ['tea'] }];
  expect(varianceOf(SALE, today({ discounts }))).toBeNull();
});

test('[M1] a till may round a discount either way', () => {
  const line = { ...COFFEE, quantity: 1, unitPriceMinor: 255 };
  const discounts = [everything(10)];
  for (const discountMinor of [25, 26]) {
    const sale = saleOf({ saleId: 's1', lines: [{ ...line, discountMinor }] });
    expect(varianceOf(sale, today({ discounts, item: { priceMinor: 255 } }))).toBeNull();
  }
});
