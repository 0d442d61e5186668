import { parseCents } from './cents.ts';
import type { SalesRow } from './sales-row.ts';

/** A line as it goes on a receipt: quantity × unit price − discount is what was paid, to the cent. */
export interface PricedLine {
  readonly productId: string;
  readonly name: string;
  readonly category: string | null;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly discountMinor: number;
}

/**
 * A row as a receipt line, or null where nothing was handed over (quantity 0).
 *
 * With a total per line the discount is what lies between shelf price and total. Two kinds of rows need care:
 * goods sold by measure (fuel: thousandths of a gallon, unit price 0.00) are one piece at their total, and a shelf
 * price that was rounded down (3 for 1.00 at 0.33) is rounded up instead, because a line cannot have a negative discount.
 */
export function priceRow(row: SalesRow): PricedLine | null {
  const quantity = parseQuantity(row.quantity);
  if (quantity === 0) return null;
  const unitPriceMinor = parseCents(row.unitPrice);
  const goods = { productId: row.productId, name: nameOf(row), category: row.category === '' ? null : row.category };
  if (row.lineTotal === null) return { ...goods, quantity, unitPriceMinor, discountMinor: 0 };

  const totalMinor = parseCents(row.lineTotal);
  if (unitPriceMinor === 0) return { ...goods, quantity: 1, unitPriceMinor: totalMinor, discountMinor: 0 };
  const shelfPriceMinor = Math.max(unitPriceMinor, Math.ceil(totalMinor / quantity));
  return { ...goods, quantity, unitPriceMinor: shelfPriceMinor, discountMinor: shelfPriceMinor * quantity - totalMinor };
}

export function parseQuantity(text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`not a whole quantity: ${JSON.stringify(text)}`);
  return Number(text);
}

function nameOf(row: SalesRow): string {
  return row.detail || row.type || row.category || `Product ${row.productId}`;
}
