import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { databaseUrl, runOnServer, TEMPLATE, type TestServer } from './test-server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    testServer: TestServer;
  }
}

export interface TestDatabase {
  /** The owner's URL, as DATABASE_URL would be. */
  readonly url: string;
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** Without any table: for tests of the migrations. */
  readonly empty?: boolean;
}

/**
 * A migrated database for one test file, copied from the template of this run (some 30 ms). With DATABASE_URL set it is that database,
 * shared by all files: use fresh tenant ids and never count over all tenants.
 */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const server = inject('testServer');
  const empty = options.empty ?? false;
  if (server.shared && !empty) return { url: server.url, drop: () => Promise.resolve() };
  const name = `modula_test_${randomBytes(8).toString('hex')}`;
  const source = empty ? '' : ` template ${TEMPLATE} strategy file_copy`;
  await runOnServer(server.url, `create database ${name}${source}`);
  return {
    url: databaseUrl(server.url, name),
    drop: () => runOnServer(server.url, `drop database ${name} with (force)`),
  };
}
