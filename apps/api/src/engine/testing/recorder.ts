import type { Database, Tx } from '@modula/db';

/** A statement as the service sent it. */
export interface SentStatement {
  readonly text: string;
  readonly params: readonly unknown[];
  readonly tenantId: string | null;
}

export interface Recorder {
  wrap(db: Database): Database;
  /** What was sent since the last call, in order. */
  take(): SentStatement[];
}

/** Writes down every statement on its way to the database. */
export function createRecorder(): Recorder {
  let sent: SentStatement[] = [];
  const recording = (tx: Tx, tenantId: string | null): Tx => new RecordingTx(tx, (text, params) => sent.push({ text, params, tenantId }));
  return {
    wrap: (db) => ({
      ...db,
      transaction: (tenantId, work, options) => db.transaction(tenantId, (tx) => work(recording(tx, tenantId)), options),
      read: (tenantId, work) => db.read(tenantId, (tx) => work(recording(tx, tenantId))),
      support: (work) => db.support((tx) => work(recording(tx, null))),
    }),
    take() {
      const taken = sent;
      sent = [];
      return taken;
    },
  };
}

class RecordingTx implements Tx {
  readonly #tx: Tx;
  readonly #record: (text: string, params: readonly unknown[]) => void;

  constructor(tx: Tx, record: (text: string, params: readonly unknown[]) => void) {
    this.#tx = tx;
    this.#record = record;
  }

  query<Row extends object>(text: string, params: readonly unknown[] = []): Promise<Row[]> {
    this.#record(text, params);
    return this.#tx.query<Row>(text, params);
  }

  values<Row extends readonly unknown[] = unknown[]>(text: string, params: readonly unknown[] = []): Promise<Row[]> {
    this.#record(text, params);
    return this.#tx.values<Row>(text, params);
  }

  execute(text: string, params: readonly unknown[] = []): Promise<number> {
    this.#record(text, params);
    return this.#tx.execute(text, params);
  }

  send(text: string, params: readonly unknown[] = []): void {
    this.#record(text, params);
    this.#tx.send(text, params);
  }

  commitWith<const T extends readonly unknown[]>(statements: T): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
    return this.#tx.commitWith(statements);
  }
}
