import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { ensureRoles } from './roles.ts';

export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../migrations', import.meta.url));
const MIGRATIONS_TABLE = 'schema_migration';

/** Any number that no other use of the same database takes; held for the session, so it ends with the process. */
const MIGRATION_LOCK = 7_263_551_402;

/**
 * Brings the schema up to date, as the owner. Several processes may do so at once: they queue on an advisory lock, and those
 * that come later find nothing to do. All pending migrations commit together. Returns the schema version now in force.
 */
export async function migrateDatabase(options: { readonly url: string }): Promise<number> {
  const sql = postgres(options.url, { max: 1, onnotice: () => {}, connection: { application_name: 'modula-sync migrate' } });
  try {
    await ensureRoles(sql);
    await sql`select pg_advisory_lock(${MIGRATION_LOCK})`;
    await migrate(drizzle(sql), { migrationsFolder: MIGRATIONS_FOLDER, migrationsSchema: 'public', migrationsTable: MIGRATIONS_TABLE });
    const [row] = await sql<{ version: string }[]>`select max(created_at)::text as version from schema_migration`;
    return Number(row?.version ?? 0);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
