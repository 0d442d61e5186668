import type { PayloadOf } from '@modula/sync-core/contracts';
import type { LiveDiscount } from '../ports.ts';
import type { DiscountRow } from './table.ts';

/** The rule after an upsert: an absent item list is kept while the rule lives, and starts empty. */
export function upsertedDiscount(before: DiscountRow | undefined, payload: PayloadOf<'discount.upsert'>): DiscountRow {
  const kept = before === undefined || before.removed ? [] : before.menuItemIds;
  return {
    discountId: payload.discountId,
    name: payload.name,
    percent: payload.percent,
    appliesTo: payload.appliesTo,
    menuItemIds: payload.menuItemIds ?? kept,
    removed: false,
  };
}

export function liveDiscount(row: DiscountRow): LiveDiscount {
  return {
    discountId: row.discountId,
    percent: row.percent,
    menuItemIds: row.appliesTo === 'ALL' ? null : row.menuItemIds,
  };
}
