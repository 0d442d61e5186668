import { openDatabase, type Database } from '@modula/db';

export interface HeldStreams {
  /** Resolves when at least this many transactions wait for a lock in this database, with their names. */
  waitedFor(transactions: number): Promise<readonly string[]>;
  /** Those that wait now. */
  waiting(): Promise<readonly string[]>;
  release(): Promise<void>;
}

const POLL_MS = 20;
const DEADLINE_MS = 15_000;

/** Holds the stream rows of branches from outside, as a transaction that hangs would. The server ends it after 10 s idle. */
export async function holdStreams(databaseUrl: string, tenantId: string, branchIds: readonly string[]): Promise<HeldStreams> {
  const db = await openDatabase({ url: databaseUrl, maxConnections: 1, readConnections: 1 });
  let free: () => void = () => {};
  const released = new Promise<void>((resolve) => {
    free = resolve;
  });
  let done: Promise<void> = Promise.resolve();
  await new Promise<void>((resolve, reject) => {
    done = db.transaction(tenantId, async (tx) => {
      await tx.query('SELECT branch_id FROM branch_stream WHERE tenant_id = $1 AND branch_id = ANY($2::uuid[]) ORDER BY branch_id FOR UPDATE', [
        tenantId,
        branchIds,
      ]);
      resolve();
      await released;
    });
    done.catch(reject);
  });
  return {
    waitedFor: (transactions) => waitedFor(db, tenantId, transactions),
    waiting: () => waiting(db, tenantId),
    async release() {
      free();
      await done;
      await db.close();
    },
  };
}

async function waitedFor(db: Database, tenantId: string, transactions: number): Promise<readonly string[]> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const found = await waiting(db, tenantId);
    if (found.length >= transactions) return found;
    if (Date.now() > deadline) throw new Error(`only ${found.length} transactions wait for a lock, not ${transactions}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function waiting(db: Database, tenantId: string): Promise<readonly string[]> {
  const rows = await db.read(tenantId, (tx) =>
    tx.query<{ name: string }>(
      `SELECT DISTINCT l.virtualtransaction AS name FROM pg_locks AS l JOIN pg_stat_activity AS a ON a.pid = l.pid
        WHERE NOT l.granted AND a.datname = current_database()`,
    ),
  );
  return rows.map(({ name }) => name);
}
