import type { Tx } from '@modula/db';
import type { TenantId } from '@modula/sync-core';
import { TableRows, type AnyRow, type Part } from './table-rows.ts';
import type { Cell, TableSpec, WorkingSet, WorkingSets } from './working-set.ts';

/**
 * The rows that one chunk of operations reads and writes, one set per table.
 * `begin`, `keep` and `drop` are the savepoint of an operation (decision D3): what a rejected or failed operation
 * wrote is gone before the next one is judged.
 */
export class ChunkRows implements WorkingSets {
  readonly #sets = new Map<string, TableRows>();

  of<Row extends { readonly [column in keyof Row]: Cell }>(spec: TableSpec<Row>): WorkingSet<Row> {
    const set = this.#sets.get(spec.table) ?? new TableRows(spec);
    this.#sets.set(spec.table, set);
    // Rows are kept by column name, and the spec that names the columns is the only way in and out: what goes in as Row comes out as Row.
    const typed: object = set;
    return typed as WorkingSet<Row>;
  }

  begin(): void {
    for (const set of this.#sets.values()) set.begin();
  }

  keep(): void {
    for (const set of this.#sets.values()) set.keep();
  }

  drop(): void {
    for (const set of this.#sets.values()) set.drop();
  }

  /** True while something was asked for that is not loaded. */
  get wanting(): boolean {
    for (const set of this.#sets.values()) if (set.wanting) return true;
    return false;
  }

  /**
   * Sends one SELECT for all that is wanted of all tables, a column per look-up: a statement costs more than its rows do
   * (decision 21). The rows are there when the promise is. Nothing is sent when nothing is wanted.
   */
  load(tx: Tx, tenantId: TenantId): Promise<void>[] {
    const reads = [...this.#sets.values()].flatMap((set) => set.reads());
    if (reads.length === 0) return [];
    const params: unknown[] = [tenantId];
    const columns = reads.map((read, index) => {
      const text = read.text(params.length + 1);
      params.push(...read.params);
      return `(SELECT json_agg(r) FROM (${text}) AS r) AS "${index}"`;
    });
    const answer = tx.query<{ readonly [index: string]: readonly AnyRow[] | null }>(`SELECT ${columns.join(', ')}`, params);
    return [answer.then(([found]) => reads.forEach((read, index) => read.receive(found?.[index] ?? [])))];
  }

  /**
   * Sends the changed rows of all tables: one statement of updates, then one of inserts. Updates first: a session that is
   * closed makes room for the one that the same chunk opens.
   */
  flush(tx: Tx, tenantId: TenantId): void {
    const sets = [...this.#sets.values()];
    sendTogether(tx, tenantId, sets.flatMap((set) => set.updates()));
    sendTogether(tx, tenantId, sets.flatMap((set) => set.inserts()));
  }
}

/** Different tables, so the parts can't meet each other's rows, in whatever order the server runs them. */
function sendTogether(tx: Tx, tenantId: TenantId, parts: readonly Part[]): void {
  if (parts.length === 0) return;
  const params: unknown[] = [tenantId];
  const texts = parts.map((part, index) => {
    const text = part.text(params.length + 1);
    params.push(...part.params);
    return `w${index} AS (${text})`;
  });
  tx.send(`WITH ${texts.join(', ')} SELECT 1`, params);
}
