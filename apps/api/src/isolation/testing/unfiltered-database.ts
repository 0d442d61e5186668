import type { Database, Tx } from '@modula/db';

/** The service's own filter by tenant, in whatever way a statement spells it. */
const FILTER = /(?:\w+\.)?tenant_id = \$1(?!\d)/g;

/**
 * A database whose statements have lost their tenant filter: a programmer's mistake in every one of them. What they
 * still keep to themselves is row-level security's doing.
 */
export function withoutTenantFilter(db: Database): { readonly db: Database; readonly stripped: () => number } {
  let stripped = 0;
  const strip = (text: string): string =>
    text.replaceAll(FILTER, () => {
      stripped += 1;
      return '$1::uuid IS NOT NULL';
    });
  const open = (tx: Tx): Tx => ({
    query: (text, params) => tx.query(strip(text), params),
    values: (text, params) => tx.values(strip(text), params),
    execute: (text, params) => tx.execute(strip(text), params),
    send: (text, params) => tx.send(strip(text), params),
    commitWith: (statements) => tx.commitWith(statements),
  });
  return {
    stripped: () => stripped,
    db: {
      ...db,
      transaction: (tenantId, work, options) => db.transaction(tenantId, (tx) => work(open(tx)), options),
      read: (tenantId, work) => db.read(tenantId, (tx) => work(open(tx))),
    },
  };
}
