import type { PayloadOf } from '@modula/sync-core/contracts';
import type { MenuItemRow } from './table.ts';

/**
 * The item after an upsert: what the payload leaves out is kept. An item that was removed starts anew.
 */
export function upsertedItem(before: MenuItemRow | undefined, payload: PayloadOf<'menu.upsertItem'>): MenuItemRow {
  const kept = before === undefined || before.removed ? { active: true, stockItemId: null } : before;
  return {
    menuItemId: payload.menuItemId,
    name: payload.name,
    category: payload.category,
    priceMinor: payload.priceMinor,
    stockItemId: payload.stockItemId === undefined ? kept.stockItemId : payload.stockItemId,
    active: payload.active ?? kept.active,
    removed: false,
  };
}
