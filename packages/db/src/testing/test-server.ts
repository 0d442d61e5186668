import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { type EmbeddedPostgres, startEmbedded } from '../embedded/start-embedded.ts';
import { migrateDatabase } from '../migrate/migrate-database.ts';

/** How the test workers reach the server of this run. */
export interface TestServer {
  readonly url: string;
  /** True for a server of DATABASE_URL: one database for the whole run, tests apart by fresh tenant ids (Citus copies no template). */
  readonly shared: boolean;
}

export const TEMPLATE = 'modula_template';

/** An embedded PostgreSQL of its own in a temporary folder that goes away with it: fast, and safe against nothing but a kill. */
export async function startTemporaryPostgres(durable: boolean): Promise<EmbeddedPostgres> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'modula-test-'));
  return startEmbedded({ dataDir, durable, ephemeral: true });
}

/** Starts the server of a test run and migrates the template once; returns how to reach it and how to end it. */
export async function startTestServer(): Promise<{ readonly server: TestServer; readonly stop: () => Promise<void> }> {
  const given = process.env['DATABASE_URL'];
  if (given !== undefined && given !== '') {
    await migrateDatabase({ url: given });
    return { server: { url: given, shared: true }, stop: () => Promise.resolve() };
  }
  const embedded = await startTemporaryPostgres(false);
  await runOnServer(embedded.url, `create database ${TEMPLATE}`);
  await migrateDatabase({ url: databaseUrl(embedded.url, TEMPLATE) });
  // A template with an open connection cannot be copied.
  await runOnServer(embedded.url, `alter database ${TEMPLATE} is_template true allow_connections false`);
  return { server: { url: embedded.url, shared: false }, stop: () => embedded.stop() };
}

/** The same server, another database. */
export function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** One statement outside of a transaction, as the owner. */
export async function runOnServer(url: string, statement: string): Promise<void> {
  const sql = postgres(url, { max: 1, fetch_types: false, onnotice: () => {} });
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end({ timeout: 1 });
  }
}
