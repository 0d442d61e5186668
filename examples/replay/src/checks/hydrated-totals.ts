import { isJsonObject, type JsonObject, type JsonValue } from '@modula/sync-core';
import { DayLedger } from './day-totals.ts';

/** Sums what a till holds after hydration: its sales, by the day they were captured. */
export function ledgerOfSales(store: string, sales: readonly JsonObject[]): { ledger: DayLedger; problems: string[] } {
  const ledger = new DayLedger();
  const receiptNumbers = new Set<string>();
  const problems: string[] = [];
  for (const sale of sales) {
    const { receiptNumber, finalizedAt, revenueMinor, items } = readSale(sale);
    if (receiptNumbers.has(receiptNumber)) problems.push(`${store}: receipt ${receiptNumber} is there twice`);
    receiptNumbers.add(receiptNumber);
    ledger.add(store, finalizedAt.slice(0, 10), { revenueMinor, items, receipts: 1 });
  }
  return { ledger, problems };
}

function readSale(sale: JsonObject) {
  const { receiptNumber, finalizedAt, totals, lines } = sale;
  if (typeof receiptNumber !== 'string' || typeof finalizedAt !== 'string' || !isList(lines)) throw notASale(sale);
  const items = lines.reduce<number>((sum, line) => sum + integerOf(line, 'quantity'), 0);
  return { receiptNumber, finalizedAt, revenueMinor: integerOf(totals, 'grandTotalMinor'), items };
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function integerOf(value: JsonValue | undefined, key: string): number {
  const found = isJsonObject(value) ? value[key] : undefined;
  if (!Number.isSafeInteger(found)) throw new Error(`expected a whole number in ${key}, found ${JSON.stringify(found)}`);
  return Number(found);
}

function notASale(sale: JsonObject): Error {
  return new Error(`the service published a sale of an unknown shape: ${JSON.stringify(sale).slice(0, 500)}`);
}
