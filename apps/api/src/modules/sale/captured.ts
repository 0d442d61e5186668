import type { PayloadOf } from '@modula/sync-core/contracts';
import type { SaleRow } from './table.ts';

/** A sale as the till captured it: kept unchanged (M1). */
export type CapturedSale = PayloadOf<'sale.finalize'>;

export function capturedSale(row: SaleRow): CapturedSale {
  // Only sale.finalize writes this column, from a payload of this very shape.
  return JSON.parse(row.captured) as CapturedSale;
}
