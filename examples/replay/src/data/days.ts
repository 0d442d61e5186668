import { priceRow, type PricedLine } from './price-row.ts';
import { receiptKeyOf, type SalesRow } from './sales-row.ts';

/** One customer's receipt. */
export interface Receipt {
  readonly storeId: string;
  /** YYYY-MM-DDTHH:MM:SS.000Z: the shop's clock, taken as UTC. */
  readonly soldAt: string;
  /** Counted per store from 1. */
  readonly number: number;
  readonly lines: readonly PricedLine[];
}

/** A trading day of all stores, in the order of the clock. */
export interface TradingDay {
  readonly date: string;
  readonly receipts: readonly Receipt[];
  /** Rows without a quantity: nothing was sold. */
  readonly skippedRows: number;
}

/** Gathers rows, sorted by day, into trading days of receipts. */
export async function* tradingDays(rows: AsyncIterable<SalesRow>): AsyncGenerator<TradingDay> {
  const receiptNumbers = new Map<string, number>();
  let today: SalesRow[] = [];
  for await (const row of rows) {
    if (today.length > 0 && today[0]?.date !== row.date) {
      yield tradingDay(today, receiptNumbers);
      today = [];
    }
    today.push(row);
  }
  if (today.length > 0) yield tradingDay(today, receiptNumbers);
}

function tradingDay(rows: readonly SalesRow[], receiptNumbers: Map<string, number>): TradingDay {
  const byReceipt = new Map<string, { first: SalesRow; lines: PricedLine[] }>();
  let skippedRows = 0;
  for (const row of rows) {
    const line = priceRow(row);
    if (line === null) {
      skippedRows += 1;
      continue;
    }
    const key = receiptKeyOf(row);
    const gathered = byReceipt.get(key) ?? { first: row, lines: [] };
    gathered.lines.push(line);
    byReceipt.set(key, gathered);
  }
  const receipts = [...byReceipt.values()].map(({ first, lines }): Receipt => {
    const number = (receiptNumbers.get(first.storeId) ?? 0) + 1;
    receiptNumbers.set(first.storeId, number);
    return { storeId: first.storeId, soldAt: `${first.date}T${first.time}.000Z`, number, lines };
  });
  return { date: rows[0]?.date ?? '', receipts: receipts.toSorted(bySoldAt), skippedRows };
}

function bySoldAt(left: Receipt, right: Receipt): number {
  return left.soldAt < right.soldAt ? -1 : left.soldAt > right.soldAt ? 1 : 0;
}
