import { upsert, type EntityChange } from '../../engine/plug.ts';
import type { DiscountRow } from './table.ts';

export function discountChange(row: DiscountRow): EntityChange {
  return upsert('discount.rule', row.discountId, {
    discountId: row.discountId,
    name: row.name,
    percent: row.percent,
    appliesTo: row.appliesTo,
    menuItemIds: [...row.menuItemIds],
  });
}
