/** PostgreSQL types a table of a module may use. Values cross as JSON: numbers, strings, booleans, null, string arrays. */
export type ColumnType = 'uuid' | 'text' | 'bigint' | 'integer' | 'double precision' | 'boolean' | 'timestamptz' | 'text[]';

export type Cell = string | number | boolean | null | readonly string[];

/**
 * A business table as the engine's reader and writer know it. `tenant_id` is implied, first, everywhere.
 * Columns are named camelCase here and snake_case in SQL. `key` is the primary key after `tenant_id`.
 */
export interface TableSpec<Row extends { readonly [column in keyof Row]: Cell }> {
  readonly table: string;
  readonly columns: { readonly [Column in keyof Row & string]: ColumnType };
  readonly key: readonly (keyof Row & string)[];
  /** A ledger whose new rows' ids cannot exist yet: they may be written without having been wanted. */
  readonly appendOnly?: boolean;
  /** Other ways to find rows: equal on `on`, and equal to `where` constants (which an index should serve). */
  readonly lookups?: { readonly [name: string]: { readonly on: readonly (keyof Row & string)[]; readonly where?: Partial<Row> } };
}

export function defineTable<Row extends { readonly [column in keyof Row]: Cell }>(spec: TableSpec<Row>): TableSpec<Row> {
  return spec;
}

/** Rows of one table that a chunk of operations reads and writes in memory. */
export interface WorkingSet<Row> {
  /** Asks for the row with this key (in the order of `spec.key`). No effect when it was loaded or written already. */
  want(...key: readonly Cell[]): void;
  /** Asks for all rows that a lookup finds. */
  wantBy(lookup: string, ...values: readonly Cell[]): void;
  /** The row, as the operations before this one left it. Throws when it was never wanted: that is a fault of `prepare`. */
  get(...key: readonly Cell[]): Row | undefined;
  /** Like `get`, but undefined for a row that is not loaded yet. For `prepare`, to follow a reference. */
  peek(...key: readonly Cell[]): Row | undefined;
  /** The rows a lookup finds, as the operations before this one left them. Throws when it was never wanted. */
  find(lookup: string, ...values: readonly Cell[]): Row[];
  /** Writes a row: inserted when its key is new, else updated. Taken back when the operation is rejected. */
  put(row: Row): void;
}

/** The working set of each table that the operations of one chunk touch. */
export interface WorkingSets {
  of<Row extends { readonly [column in keyof Row]: Cell }>(spec: TableSpec<Row>): WorkingSet<Row>;
}

