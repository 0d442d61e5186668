import type { PricedLine } from '../data/price-row.ts';
import type { Receipt } from '../data/days.ts';

/** What a menu item must be changed to, for the whole chain. */
export interface MenuEdit {
  readonly productId: string;
  readonly name: string;
  readonly category: string | null;
  readonly priceMinor: number;
  readonly isNew: boolean;
}

/**
 * Reads the menu off the receipts: a product is new when it is first sold anywhere, and a price that differs from
 * the last one seen for it at that store is an edit at that moment.
 */
export class PriceBook {
  readonly #known = new Set<string>();
  readonly #lastSeen = new Map<string, number>();

  /** The edits that must be made before this receipt can be sold at today's menu. */
  editsFor({ storeId, lines }: Receipt): MenuEdit[] {
    return lines.flatMap((line) => this.#editFor(storeId, line));
  }

  #editFor(storeId: string, { productId, name, category, unitPriceMinor: priceMinor }: PricedLine): MenuEdit[] {
    const place = `${storeId} ${productId}`;
    const lastPriceMinor = this.#lastSeen.get(place);
    const isNew = !this.#known.has(productId);
    this.#lastSeen.set(place, priceMinor);
    this.#known.add(productId);
    const isMoved = lastPriceMinor !== undefined && lastPriceMinor !== priceMinor;
    return isNew || isMoved ? [{ productId, name, category, priceMinor, isNew }] : [];
  }
}
