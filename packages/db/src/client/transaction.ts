import type { Connection } from './connection.ts';
import { ConnectionLostError, TransactionRolledBackError } from './errors.ts';
import type { TransactionOptions, Tx } from './tx.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * BEGIN and the tenant for row-level security, as one message. The id is checked here once more because it is put into the
 * text: `SET LOCAL` takes no parameters and Citus forwards no `set_config()`.
 */
export function beginStatement(tenantId: string | null, options: TransactionOptions): string {
  const begin = `begin isolation level ${options.isolation ?? 'read committed'}${options.readOnly === true ? ' read only' : ''}`;
  if (tenantId === null) return begin;
  if (!UUID.test(tenantId)) throw new TypeError('A tenant id must be a lower-case UUID');
  return `${begin}; set local app.tenant = '${tenantId}'`;
}

/**
 * Runs `work` between BEGIN and COMMIT on a connection that nobody else uses meanwhile. BEGIN is not awaited: it travels with the
 * first statements. Should it fail alone, no statement behind it can write, since row-level security finds no tenant.
 *
 * Resolves only when COMMIT was answered with the tag COMMIT. When COMMIT itself is lost, the error is transient and the
 * outcome unknown.
 */
export async function runTransaction<T>(
  connection: Connection,
  begin: string,
  work: { readonly run: (tx: Tx) => Promise<T>; readonly end: 'commit' | 'rollback' },
): Promise<T> {
  const tx = new OpenTransaction(connection, work.end);
  tx.begin(begin);
  let result: T;
  try {
    result = await work.run(tx);
  } catch (error) {
    await tx.abandon();
    throw tx.causeOf(error);
  }
  await tx.end();
  return result;
}

class OpenTransaction implements Tx {
  readonly #connection: Connection;
  readonly #endWith: 'commit' | 'rollback';
  /** In the order they happened, which is the order of the statements. */
  readonly #failures = new Set<unknown>();
  #ending: Promise<void> | null = null;

  constructor(connection: Connection, endWith: 'commit' | 'rollback') {
    this.#connection = connection;
    this.#endWith = endWith;
  }

  begin(statement: string): void {
    void this.#watch(this.#connection.simple(statement));
  }

  query<Row extends object>(text: string, params: readonly unknown[] = []): Promise<Row[]> {
    return this.#watch(this.#statement<Row>(text, params));
  }

  values<Cells extends readonly unknown[]>(text: string, params: readonly unknown[] = []): Promise<Cells[]> {
    this.#refuseWhenEnded();
    return this.#watch(this.#connection.values<Cells>(text, params));
  }

  execute(text: string, params: readonly unknown[] = []): Promise<number> {
    return this.#watch(this.#statement(text, params).then((rows) => rows.count));
  }

  send(text: string, params: readonly unknown[] = []): void {
    void this.#watch(this.#statement(text, params));
  }

  async commitWith<const T extends readonly unknown[]>(statements: T): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
    const ended = this.end();
    const [answers] = await Promise.all([Promise.allSettled(statements), ended]);
    const failed = answers.find((answer) => answer.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return Promise.all(statements);
  }

  /** Sends COMMIT (once) and resolves when it took effect. */
  end(): Promise<void> {
    this.#ending ??= this.#watch(this.#finish());
    return this.#ending;
  }

  /** After a failure: rolls back, or waits for a COMMIT that is under way, so that the connection is clean or destroyed. */
  async abandon(): Promise<void> {
    if (this.#ending !== null) {
      await this.#ending.catch(() => {});
      return;
    }
    this.#ending = Promise.reject(new TransactionRolledBackError('ROLLBACK'));
    this.#ending.catch(() => {});
    try {
      await this.#connection.simple('rollback');
    } catch {
      this.#connection.destroy();
    }
  }

  /** What follows a failed statement fails with "the transaction is aborted"; the cause is the one that failed first. */
  causeOf(error: unknown): unknown {
    return this.#failures.has(error) ? this.#firstFailure() : error;
  }

  async #finish(): Promise<void> {
    let tag: string;
    try {
      tag = await this.#connection.simple(this.#endWith);
    } catch (error) {
      this.#connection.destroy();
      this.#failures.add(error);
      throw this.#firstFailure();
    }
    if (this.#failures.size > 0) throw this.#firstFailure();
    if (tag !== this.#endWith.toUpperCase()) throw new TransactionRolledBackError(tag);
  }

  #firstFailure(): unknown {
    const [first] = this.#failures;
    return first;
  }

  #statement<Row>(text: string, params: readonly unknown[]) {
    this.#refuseWhenEnded();
    return this.#connection.prepared<Row>(text, params);
  }

  #refuseWhenEnded(): void {
    if (this.#ending !== null) throw new TypeError('The transaction has ended: no statement may follow');
    if (!this.#connection.usable) throw this.#failures.size > 0 ? this.#firstFailure() : new ConnectionLostError('The connection is closed');
  }

  /** Remembers a failure, and so keeps an unawaited promise from ending the process. */
  #watch<T>(promise: Promise<T>): Promise<T> {
    promise.then(undefined, (error: unknown) => {
      this.#failures.add(error);
    });
    return promise;
  }
}
