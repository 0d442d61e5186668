import { readMigrationFiles } from 'drizzle-orm/migrator';
import type { Database } from '../client/database.ts';
import { sqlState } from '../client/errors.ts';
import { MIGRATIONS_FOLDER } from './migrate-database.ts';

const UNDEFINED_TABLE = '42P01';
let expected: number | null = null;

/** The version this build was written for: that of its last migration. */
export function expectedSchemaVersion(): number {
  expected ??= readMigrationFiles({ migrationsFolder: MIGRATIONS_FOLDER }).at(-1)?.folderMillis ?? 0;
  return expected;
}

/** Whether the database has every migration of this build; one that is ahead of it is current too. For /readyz. */
export async function schemaIsCurrent(database: Database): Promise<boolean> {
  try {
    const [row] = await database.global((tx) =>
      tx.query<{ version: number | null }>('select max(created_at) as version from schema_migration'),
    );
    return (row?.version ?? 0) >= expectedSchemaVersion();
  } catch (error) {
    if (sqlState(error) === UNDEFINED_TABLE) return false;
    throw error;
  }
}
