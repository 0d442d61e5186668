import type { Database, Tx } from '@modula/db';

interface Plan {
  readonly sqlState: string;
  /** Counted from 1 within a transaction. */
  readonly statement: number;
  /** Transactions it still happens in. */
  left: number;
}

export interface Faults {
  /** Lets the n-th statement of the next `times` writing transactions fail on the server with this SQLSTATE. */
  failAt(statement: number, sqlState: string, times?: number): void;
  /** Statements sent first in every writing transaction: shorter timeouts, a sleep. */
  readonly prelude: string[];
  /** Waits here when a transaction's statements are sent and its COMMIT is not. */
  beforeCommit: (() => Promise<void>) | null;
  /** Statements of the last writing transaction. */
  readonly statements: number;
  /** How often a planned fault happened. */
  readonly happened: number;
  heal(): void;
  wrap(db: Database): Database;
}

const FOR_EVER = Number.MAX_SAFE_INTEGER;

/** A database whose statements fail by plan. The errors are the server's own: a statement is replaced by one that raises. */
export function createFaults(): Faults {
  let plan: Plan | null = null;
  let statements = 0;
  let happened = 0;

  const faults: Faults = {
    prelude: [],
    beforeCommit: null,
    failAt(statement, sqlState, times = FOR_EVER) {
      plan = { sqlState, statement, left: times };
    },
    get statements() {
      return statements;
    },
    get happened() {
      return happened;
    },
    heal() {
      plan = null;
      faults.prelude.length = 0;
      faults.beforeCommit = null;
    },
    wrap: (db) => ({
      ...db,
      transaction: (tenantId, work, options) =>
        db.transaction(
          tenantId,
          async (tx) => {
            for (const statement of faults.prelude) tx.send(statement);
            const counting = new CountingTx(tx, (count) => {
              statements = count;
              if (plan?.statement !== count || plan.left === 0) return null;
              plan.left -= 1;
              happened += 1;
              return raise(plan.sqlState);
            });
            const result = await work(counting);
            await faults.beforeCommit?.();
            return result;
          },
          options,
        ),
    }),
  };
  return faults;
}

function raise(sqlState: string): string {
  return `DO $$ BEGIN RAISE EXCEPTION 'a fault of the tests' USING ERRCODE = '${sqlState}'; END $$`;
}

class CountingTx implements Tx {
  readonly #tx: Tx;
  readonly #replacing: (count: number) => string | null;
  #count = 0;

  constructor(tx: Tx, replacing: (count: number) => string | null) {
    this.#tx = tx;
    this.#replacing = replacing;
  }

  query<Row extends object>(text: string, params: readonly unknown[] = []): Promise<Row[]> {
    return this.#tx.query<Row>(...this.#next(text, params));
  }

  values<Cells extends readonly unknown[]>(text: string, params: readonly unknown[] = []): Promise<Cells[]> {
    return this.#tx.values<Cells>(...this.#next(text, params));
  }

  execute(text: string, params: readonly unknown[] = []): Promise<number> {
    return this.#tx.execute(...this.#next(text, params));
  }

  send(text: string, params: readonly unknown[] = []): void {
    this.#tx.send(...this.#next(text, params));
  }

  commitWith<const T extends readonly unknown[]>(statements: T): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
    return this.#tx.commitWith(statements);
  }

  #next(text: string, params: readonly unknown[]): [string, readonly unknown[]] {
    this.#count += 1;
    const replacement = this.#replacing(this.#count);
    return replacement === null ? [text, params] : [replacement, []];
  }
}
