/**
 * The statements of one open transaction. They are sent when they are called, in that order, without waiting for the ones before:
 * call several, then await them together, and they share one round trip.
 *
 * When one fails, the later ones fail too (25P02) and the transaction rolls back, whether or not anybody looked at it; the caller
 * of `transaction()` gets the *first* error.
 *
 * Parameters are text, numbers, booleans, null, or arrays of these. Cast arrays (`$2::uuid[]`) and hand JSON over as text:
 * `jsonb_to_recordset($3::text::jsonb)`. A `bigint` comes back as a number, a timestamp as ISO-8601 UTC text.
 */
export interface Tx {
  query<Row extends object>(text: string, params?: readonly unknown[]): Promise<Row[]>;

  /** Rows as arrays, in the order of the columns. */
  values<Cells extends readonly unknown[] = unknown[]>(text: string, params?: readonly unknown[]): Promise<Cells[]>;

  /** Resolves with the number of affected rows. */
  execute(text: string, params?: readonly unknown[]): Promise<number>;

  /** Sends a statement whose answer nobody needs. Its failure rolls the transaction back and is thrown by `transaction()`. */
  send(text: string, params?: readonly unknown[]): void;

  /**
   * Sends COMMIT right behind the given statements and resolves with their answers when all of it is done: the last writes and
   * the COMMIT share one round trip. Call it last; no statement is taken after it. It rejects with the first error, and then
   * nothing was written.
   */
  commitWith<const T extends readonly unknown[]>(statements: T): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }>;
}

export type Isolation = 'read committed' | 'repeatable read';

export interface TransactionOptions {
  readonly isolation?: Isolation;
  readonly readOnly?: boolean;
  /** Rolls back at the end in any case: the work is only rehearsed. */
  readonly rehearse?: boolean;
}
