import { ConnectionPool } from './pool.ts';
import { openHints, type Unlisten } from './hints.ts';
import { beginStatement, runTransaction } from './transaction.ts';
import type { TransactionOptions, Tx } from './tx.ts';

/** The role every request runs under: not a superuser, no owner, bound by row-level security (D7). */
export const RUNTIME_ROLE = 'modula_runtime';
/** Reads all tenants, writes nothing, sees no secret. For the console's lists and for finding tenants with work to do. */
export const SUPPORT_ROLE = 'modula_support';

export interface DatabaseOptions {
  readonly url: string;
  readonly applicationName?: string;
  /** Connections for writing transactions. */
  readonly maxConnections?: number;
  /** Connections for reads, apart from the writers': stuck pushes never stop a pull. */
  readonly readConnections?: number;
  readonly supportConnections?: number;
  readonly acquireTimeoutMs?: number;
  /** How long the server may be silent before a connection counts as lost. */
  readonly answerTimeoutMs?: number;
}

export interface Database {
  /** A writing transaction of one tenant. COMMIT is sent as soon as `work` returns, right behind statements it did not await. */
  transaction<T>(tenantId: string, work: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** One snapshot of one tenant, read only. */
  read<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** A transaction without a tenant: only the tables that belong to none (support staff) can be seen. */
  global<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** One snapshot over all tenants, read only, under a role that sees no token, PIN or webhook secret. */
  support<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * Calls `onPayload` for each notification. `onListening` is called when listening began and after each reconnect; what was
   * sent in between is lost, so look again then. Hints only: never needed for correctness.
   */
  listen(channel: string, onPayload: (payload: string) => void, onListening?: () => void): Promise<Unlisten>;
  /** Sent on its own connection, never inside a transaction: NOTIFY at commit takes a database-wide lock. */
  notify(channel: string, payload: string): Promise<void>;
  /** Connections in use and transactions waiting for one, per pool. */
  load(): { readonly [pool in 'write' | 'read' | 'support']: { readonly busy: number; readonly waiting: number } };
  /** Lets running transactions finish (up to 5 s), then closes every connection. */
  close(): Promise<void>;
}

const CLOSE_GRACE_MS = 5_000;
const SNAPSHOT: TransactionOptions = { isolation: 'repeatable read', readOnly: true };

/** Opens the pools. Connections are made when first needed; nothing is sent yet. Separate pools are bulkheads. */
export function openDatabase(options: DatabaseOptions): Promise<Database> {
  const common = {
    url: options.url,
    applicationName: options.applicationName ?? 'modula-sync',
    acquireTimeoutMs: options.acquireTimeoutMs ?? 5_000,
    answerTimeoutMs: options.answerTimeoutMs,
  };
  const write = new ConnectionPool({ ...common, name: 'write', role: RUNTIME_ROLE, maxConnections: options.maxConnections ?? 8 });
  const read = new ConnectionPool({ ...common, name: 'read', role: RUNTIME_ROLE, maxConnections: options.readConnections ?? 6 });
  const support = new ConnectionPool({
    ...common,
    name: 'support',
    role: SUPPORT_ROLE,
    maxConnections: options.supportConnections ?? 3,
  });
  const hints = openHints({ ...common, role: RUNTIME_ROLE });

  const database: Database = {
    transaction: (tenantId, work, transactionOptions = {}) => inPool(write, tenantId, { work, options: transactionOptions }),
    read: (tenantId, work) => inPool(read, tenantId, { work, options: SNAPSHOT }),
    global: (work) => inPool(write, null, { work, options: {} }),
    support: (work) => inPool(support, null, { work, options: SNAPSHOT }),
    listen: (channel, onPayload, onListening) => hints.listen(channel, onPayload, onListening),
    notify: (channel, payload) => hints.notify(channel, payload),
    load: () => ({ write: write.load, read: read.load, support: support.load }),
    close: async () => {
      await Promise.all([...[write, read, support].map((pool) => pool.close(CLOSE_GRACE_MS)), hints.close()]);
    },
  };
  return Promise.resolve(database);
}

async function inPool<T>(
  pool: ConnectionPool,
  tenantId: string | null,
  call: { readonly work: (tx: Tx) => Promise<T>; readonly options: TransactionOptions },
): Promise<T> {
  const begin = beginStatement(tenantId, call.options);
  const end = call.options.rehearse === true ? 'rollback' : 'commit';
  return pool.use((connection) => runTransaction(connection, begin, { run: call.work, end }));
}
