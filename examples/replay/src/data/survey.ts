import { Expectation } from '../checks/expectation.ts';
import type { RowLimits } from './limit-rows.ts';
import { limitRows } from './limit-rows.ts';
import type { SalesRow } from './sales-row.ts';

/** A first look through the data: who sells, and what must come out in the end. */
export interface Survey {
  readonly limits: RowLimits;
  readonly stores: readonly { readonly id: string; readonly name: string }[];
  readonly expectation: Expectation;
  readonly rows: number;
}

export async function surveyRows(open: () => AsyncIterable<SalesRow>, wanted: { days: number | null; stores: number | null }): Promise<Survey> {
  const limits: RowLimits = { days: wanted.days, storeIds: wanted.stores === null ? null : await busiestStores(open(), wanted.stores) };
  const names = new Map<string, string>();
  const expectation = new Expectation();
  let rows = 0;
  for await (const row of limitRows(open(), limits)) {
    names.set(row.storeId, row.storeName);
    expectation.add(row);
    rows += 1;
  }
  if (rows === 0) throw new Error('there are no sales in this file');
  const stores = [...names].map(([id, name]) => ({ id, name: name === '' ? `Store ${id}` : `${name} (${id})` }));
  return { limits, stores: stores.toSorted((left, right) => left.name.localeCompare(right.name)), expectation, rows };
}

async function busiestStores(rows: AsyncIterable<SalesRow>, count: number): Promise<ReadonlySet<string>> {
  const lines = new Map<string, number>();
  for await (const { storeId } of rows) lines.set(storeId, (lines.get(storeId) ?? 0) + 1);
  const byLines = [...lines].toSorted(([, left], [, right]) => right - left);
  return new Set(byLines.slice(0, count).map(([storeId]) => storeId));
}
