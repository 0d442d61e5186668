import { drizzle, type PgRemoteDatabase } from 'drizzle-orm/pg-proxy';
import type { Tx } from '../client/tx.ts';
import * as tables from './tables.ts';

/**
 * drizzle's typed queries inside an open transaction: the same connection, tenant, snapshot and prepared statements as raw SQL.
 * For consoles and provisioning; building a query costs more than running it, so the hot path writes SQL.
 */
export function drizzleOver(tx: Tx): PgRemoteDatabase<typeof tables> {
  return drizzle(async (text, params: unknown[], method) => ({ rows: method === 'all' ? await tx.values(text, params) : await tx.query(text, params) }), {
    schema: tables,
  });
}
