import { randomUUID } from 'node:crypto';
import { eq, is } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../client/database.ts';
import { createTestDatabase, type TestDatabase } from '../testing/index.ts';
import { drizzleOver } from './drizzle-over.ts';
import * as tables from './tables.ts';

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = await openDatabase({ url: testDatabase.url });
});

afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

interface Column {
  readonly type: string;
  readonly required: boolean;
  /** 1 for the first column of the primary key, 0 for none. */
  readonly key: number;
}

type Shape = Record<string, Record<string, Column>>;

function declared(): Shape {
  const shape: Shape = {};
  for (const table of Object.values(tables).filter((value) => is(value, PgTable))) {
    const { name, columns, primaryKeys } = getTableConfig(table);
    const key = primaryKeys[0]?.columns ?? columns.filter((column) => column.primary);
    shape[name] = Object.fromEntries(
      columns.map((column) => [column.name, { type: column.getSQLType(), required: column.notNull, key: key.findIndex((part) => part.name === column.name) + 1 }]),
    );
  }
  return shape;
}

async function migrated(): Promise<Shape> {
  const rows = await database.global((tx) =>
    tx.query<Column & { table: string; column: string }>(`
      select c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as required,
        coalesce(array_position(i.indkey::int2[], a.attnum) + 1, 0) as key
      from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      left join pg_index i on i.indrelid = c.oid and i.indisprimary
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> 'schema_migration'
        and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'e')`),
  );
  const shape: Shape = {};
  for (const { table, column, type, required, key } of rows) {
    (shape[table] ??= {})[column] = { type, required, key };
  }
  return shape;
}

test('the drizzle tables are the migrated tables: columns, types, nullability, primary keys', async () => {
  expect(declared()).toEqual(await migrated());
});

test('drizzle runs inside our transaction: typed rows, the tenant in force, joins with equal column names', async () => {
  const tenantId = randomUUID();
  const branchId = randomUUID();
  const rows = await database.transaction(tenantId, async (tx) => {
    const orm = drizzleOver(tx);
    await orm.insert(tables.tenant).values({ tenantId, name: 'Aroma' });
    await orm.insert(tables.branch).values({ tenantId, branchId, name: 'Sen Sok' });
    return orm
      .select({ tenant: tables.tenant.name, branch: tables.branch.name, head: tables.tenant.sharedHeadSeq, at: tables.tenant.createdAt })
      .from(tables.tenant)
      .innerJoin(tables.branch, eq(tables.branch.tenantId, tables.tenant.tenantId))
      .where(eq(tables.tenant.tenantId, tenantId));
  });
  expect(rows).toEqual([{ tenant: 'Aroma', branch: 'Sen Sok', head: 0, at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string }]);
  expect(await database.read(randomUUID(), (tx) => drizzleOver(tx).select().from(tables.tenant))).toEqual([]);
});
