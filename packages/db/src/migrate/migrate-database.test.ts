import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../client/database.ts';
import { createTestDatabase, type TestDatabase } from '../testing/index.ts';
import { migrateDatabase } from './migrate-database.ts';
import { expectedSchemaVersion, schemaIsCurrent } from './schema-version.ts';

let empty: TestDatabase;

beforeAll(async () => {
  empty = await createTestDatabase({ empty: true });
});

afterAll(() => empty.drop());

test('four processes migrate one empty database at once, and once more later changes nothing', async () => {
  const before = await openDatabase({ url: empty.url });
  expect(await schemaIsCurrent(before)).toBe(false);
  await before.close();

  const versions = await Promise.all([1, 2, 3, 4].map(() => migrateDatabase({ url: empty.url })));
  expect(new Set(versions)).toEqual(new Set([expectedSchemaVersion()]));
  expect(await migrateDatabase({ url: empty.url })).toBe(expectedSchemaVersion());

  const sql = postgres(empty.url, { max: 1 });
  const [row] = await sql<{ twice: boolean }[]>`select count(*) <> count(distinct created_at) as twice from schema_migration`;
  await sql.end();
  expect(row?.twice).toBe(false);

  const after = await openDatabase({ url: empty.url });
  expect(await schemaIsCurrent(after)).toBe(true);
  await after.close();
});

test('an owner that may not create roles works when they exist', async () => {
  const sql = postgres(empty.url, { max: 1, onnotice: () => {} });
  const name = `modula_owner_${process.pid}`;
  const database = await createTestDatabase({ empty: true });
  try {
    await sql.unsafe(`create role ${name} login password 'x' nosuperuser nocreaterole`);
    await sql.unsafe(`alter database ${new URL(database.url).pathname.slice(1)} owner to ${name}`);
    const url = new URL(database.url);
    url.username = name;
    url.password = 'x';

    const refused = await migrateDatabase({ url: url.href }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'MissingRoleError' });
    expect(String(refused)).toContain(`GRANT modula_runtime, modula_support TO ${name};`);
    // Both are there, so an administrator who runs what the message says must not be told to make them again.
    expect(String(refused)).not.toContain('CREATE ROLE');

    await sql.unsafe(`grant modula_runtime, modula_support to ${name}`);
    expect(await migrateDatabase({ url: url.href })).toBe(expectedSchemaVersion());
    const runtime = await openDatabase({ url: url.href });
    expect(await schemaIsCurrent(runtime)).toBe(true);
    await runtime.close();
  } finally {
    await database.drop();
    await sql.unsafe(`drop role if exists ${name}`);
    await sql.end();
  }
});
