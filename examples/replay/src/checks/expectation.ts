import type { SalesRow } from '../data/sales-row.ts';
import { DayLedger } from './day-totals.ts';

/**
 * What the file says was sold, counted from its text alone. It shares no arithmetic with the code that makes receipts and
 * payloads, so that a mistake there shows up as a difference here.
 */
export class Expectation {
  readonly ledger = new DayLedger();
  readonly #receipts = new Set<string>();
  /** Pieces sold per `store product`. */
  readonly soldByProduct = new Map<string, number>();

  add(row: SalesRow): void {
    const quantity = BigInt(row.quantity);
    if (quantity === 0n) return;
    const isMeasured = row.lineTotal !== null && digits(row.unitPrice) === 0n;
    const items = isMeasured ? 1 : Number(quantity);
    const paid = row.lineTotal === null ? quantity * digits(row.unitPrice) : digits(row.lineTotal);
    const receipt = row.lineTotal === null ? `${row.storeId}/${row.date}/${row.time}` : `${row.storeId}/${row.transactionId}`;
    const receipts = this.#receipts.has(receipt) ? 0 : 1;
    this.#receipts.add(receipt);
    this.ledger.add(row.storeId, row.date, { revenueMinor: Number(paid), items, receipts });
    const product = `${row.storeId} ${row.productId}`;
    this.soldByProduct.set(product, (this.soldByProduct.get(product) ?? 0) + items);
  }
}

/** `12.50` is 1250; a file with other decimals is not one of ours. */
function digits(text: string): bigint {
  const [whole = '', decimals = ''] = text.split('.');
  if (decimals.length !== 2) throw new Error(`expected two decimals in ${JSON.stringify(text)}`);
  return BigInt(whole + decimals);
}
