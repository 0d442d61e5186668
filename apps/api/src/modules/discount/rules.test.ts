import { expect, test } from 'vitest';
import { liveDiscount, upsertedDiscount } from './rules.ts';

const PAYLOAD = { discountId: 'd1', name: 'Happy hour', percent: 12.5, appliesTo: 'ITEMS' as const };
const BEFORE = { ...PAYLOAD, menuItemIds: ['coffee'], removed: false };

test('an absent item list is kept while the rule lives, and starts empty', () => {
  expect(upsertedDiscount(undefined, PAYLOAD).menuItemIds).toEqual([]);
  expect(upsertedDiscount(BEFORE, PAYLOAD).menuItemIds).toEqual(['coffee']);
  expect(upsertedDiscount({ ...BEFORE, removed: true }, PAYLOAD)).toEqual({ ...BEFORE, menuItemIds: [] });
});

test('a rule for all items names none of them', () => {
  expect(liveDiscount({ ...BEFORE, appliesTo: 'ALL' }).menuItemIds).toBeNull();
  expect(liveDiscount(BEFORE)).toEqual({ discountId: 'd1', percent: 12.5, menuItemIds: ['coffee'] });
});
