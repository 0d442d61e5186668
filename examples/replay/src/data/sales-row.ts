/** One line of a sales file, as text: the columns of both published files. */
export interface SalesRow {
  readonly transactionId: string;
  /** YYYY-MM-DD. */
  readonly date: string;
  /** HH:MM:SS. */
  readonly time: string;
  readonly storeId: string;
  readonly storeName: string;
  readonly productId: string;
  readonly category: string;
  readonly type: string;
  readonly detail: string;
  /** Empty where nothing was sold. */
  readonly unitPrice: string;
  readonly quantity: string;
  /** What was paid for the line, or null in files that have no such column. */
  readonly lineTotal: string | null;
}

const REQUIRED_COLUMNS = ['transaction_id', 'date', 'time', 'store_id', 'product_id', 'unit_price', 'qty'] as const;

/** A row by its column names. Throws, naming the line, when the file is not a sales file. */
export function salesRowOf(record: Readonly<Record<string, string>>, lineNumber: number): SalesRow {
  const missing = REQUIRED_COLUMNS.filter((column) => record[column] === undefined);
  if (missing.length > 0) throw new Error(`line ${lineNumber} has no ${missing.join(', ')}`);
  const text = (column: string) => record[column] ?? '';
  return {
    transactionId: text('transaction_id'),
    date: text('date'),
    time: text('time'),
    storeId: text('store_id'),
    storeName: text('store_location'),
    productId: text('product_id'),
    category: text('category'),
    type: text('type'),
    detail: text('detail'),
    unitPrice: text('unit_price'),
    quantity: text('qty'),
    lineTotal: record['line_total'] ?? null,
  };
}

/**
 * Which rows are one receipt. Files with a total per line are baskets of a till and share its number; the others
 * number each line, so lines of one store in one second are taken as one receipt.
 */
export function receiptKeyOf(row: SalesRow): string {
  return row.lineTotal === null ? `${row.storeId} ${row.date} ${row.time}` : `${row.storeId} ${row.date} ${row.transactionId}`;
}
