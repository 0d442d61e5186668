import { randomUUID } from 'node:crypto';
import type { BenchDatabase } from '../service/database.ts';
import { measureRate } from '../measure-rate.ts';

/** Whose counter a raw transaction updates: its own (nobody waits), or its branch's, as a stream's head is. */
export type Counters = 'own' | 'per branch';

export async function createRawTables(database: BenchDatabase): Promise<void> {
  await database.raw`CREATE TABLE bench_counter (id integer PRIMARY KEY, value bigint NOT NULL) WITH (fillfactor = 50)`;
  await database.raw`CREATE TABLE bench_operation (id uuid PRIMARY KEY, counter integer NOT NULL, payload text NOT NULL, at timestamptz NOT NULL DEFAULT now())`;
  await database.raw`CREATE TABLE bench_entry (counter integer NOT NULL, seq bigint NOT NULL, payload text NOT NULL, PRIMARY KEY (counter, seq))`;
  await database.raw`INSERT INTO bench_counter (id, value) SELECT id, 0 FROM generate_series(0, 63) AS id`;
}

/** Transactions per second of one counter update and two inserts, each statement awaited, over postgres.js. */
export async function rawTransactionRate(
  database: BenchDatabase,
  options: { connections: number; branches: number; counters: Counters; payload: string; durationMs: number },
): Promise<number> {
  const { connections, branches, counters, payload, durationMs } = options;
  const sql = database.connectRaw(connections);
  try {
    await Promise.all(Array.from({ length: connections }, () => sql`SELECT 1`));
    const { perSecond } = await measureRate(durationMs, {
      workers: connections,
      step: async (worker) => {
        const counter = counters === 'own' ? worker : worker % branches;
        await sql.begin(async (tx) => {
          const [row] = await tx<{ value: string }[]>`UPDATE bench_counter SET value = value + 1 WHERE id = ${counter} RETURNING value`;
          if (row === undefined) throw new Error('The counter is missing.');
          await tx`INSERT INTO bench_operation (id, counter, payload) VALUES (${randomUUID()}, ${counter}, ${payload})`;
          await tx`INSERT INTO bench_entry (counter, seq, payload) VALUES (${counter}, ${row.value}, ${payload})`;
        });
        return 1;
      },
    });
    return perSecond;
  } finally {
    await sql.end();
  }
}
