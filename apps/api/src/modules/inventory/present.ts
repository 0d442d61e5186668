import { upsert, type EntityChange } from '../../engine/plug.ts';
import type { StockItemRow } from './table.ts';

/** Stock may be below zero, flagged: the coffee was handed over (M3). */
export function stockChange(row: StockItemRow): EntityChange {
  return upsert('inventory.stock', row.stockItemId, {
    stockItemId: row.stockItemId,
    onHand: row.onHand,
    negative: row.onHand < 0,
  });
}
