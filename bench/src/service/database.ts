import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '@modula/db/embedded';
import postgres from 'postgres';

export interface BenchDatabase {
  readonly url: string;
  /** The service's database, as the server's superuser: for reading what the service wrote, and statistics. */
  readonly sql: postgres.Sql;
  /** A database of its own on the same server, for the raw limits: the service would refuse to start beside strange tables. */
  readonly raw: postgres.Sql;
  /** A client of the raw database with a pool of exactly this many connections. The caller ends it. */
  connectRaw(connections: number): postgres.Sql;
  stop(): Promise<void>;
}

/**
 * A fresh embedded server, durable as in production (fsync and synchronous_commit on), that counts statements
 * and keeps commit times. The raw limits run on the same server, so both sides pay for that.
 */
export async function startBenchDatabase(): Promise<BenchDatabase> {
  const dataDir = mkdtempSync(join(tmpdir(), 'modula-bench-'));
  const first = await startEmbedded({ dataDir });
  const setup = postgres(first.url, { max: 1, onnotice: ignore });
  await setup`ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'`;
  await setup`ALTER SYSTEM SET track_commit_timestamp = on`;
  await setup.end();
  await first.stop();

  const server = await startEmbedded({ dataDir });
  const sql = postgres(server.url, { max: 2, onnotice: ignore });
  await sql`CREATE EXTENSION IF NOT EXISTS pg_stat_statements`;
  await assertDurable(sql);
  await sql`CREATE DATABASE bench_raw`;
  const rawUrl = new URL(server.url);
  rawUrl.pathname = '/bench_raw';
  const connectRaw = (connections: number): postgres.Sql => postgres(rawUrl.href, { max: connections, onnotice: ignore });
  const raw = connectRaw(2);
  return {
    url: server.url,
    sql,
    raw,
    connectRaw,
    stop: async () => {
      await sql.end({ timeout: 5 });
      await raw.end({ timeout: 5 });
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function assertDurable(sql: postgres.Sql): Promise<void> {
  for (const name of ['fsync', 'synchronous_commit', 'full_page_writes']) {
    const [row] = await sql<{ setting: string }[]>`SELECT current_setting(${name}) AS setting`;
    if (row?.setting !== 'on') throw new Error(`The bench server runs with ${name} = ${String(row?.setting)}.`);
  }
}

function ignore(): void {
  // Notices of CREATE … IF NOT EXISTS say nothing that a bench needs.
}
