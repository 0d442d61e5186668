import type { SalesRow } from './sales-row.ts';

export interface RowLimits {
  /** The first so many trading days; null: all of them. */
  readonly days: number | null;
  /** Only these stores; null: all of them. */
  readonly storeIds: ReadonlySet<string> | null;
}

/** The part of a file that is to be replayed. */
export async function* limitRows(rows: AsyncIterable<SalesRow>, limits: RowLimits): AsyncGenerator<SalesRow> {
  let days = 0;
  let date = '';
  for await (const row of rows) {
    if (limits.storeIds !== null && !limits.storeIds.has(row.storeId)) continue;
    if (row.date !== date) {
      if (row.date < date) throw new Error(`the file is not sorted by day: ${row.date} comes after ${date}`);
      if (days === limits.days) return;
      days += 1;
      date = row.date;
    }
    yield row;
  }
}
