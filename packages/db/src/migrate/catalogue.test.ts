import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/index.ts';

let testDatabase: TestDatabase;
let sql: postgres.Sql;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  sql = postgres(testDatabase.url, { max: 1, onnotice: () => {} });
});

afterAll(async () => {
  await sql.end();
  await testDatabase.drop();
});

/** Tables of public that carry tenant_id. */
const TENANT_TABLES = `
  select c.oid, c.relname as name, c.relrowsecurity and c.relforcerowsecurity as forced
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')`;

async function names(query: string): Promise<string[]> {
  const rows = await sql.unsafe<{ name: string }[]>(query);
  return rows.map((row) => row.name);
}

test('[A4] every table of a tenant has row-level security, forced, with the isolation policy', async () => {
  const tables = await sql.unsafe<{ name: string; forced: boolean }[]>(TENANT_TABLES);
  expect(tables.length).toBeGreaterThan(25);
  expect(tables.filter((table) => !table.forced)).toEqual([]);
  const without = await names(`
    select t.name from (${TENANT_TABLES}) t where not exists (
      select 1 from pg_policy p where p.polrelid = t.oid and p.polname = 'tenant_isolation' and p.polcmd = '*' and p.polroles = '{0}')`);
  expect(without).toEqual([]);
});

test('only tables that belong to no tenant lack tenant_id', async () => {
  const tables = await names(`
    select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and oid not in (select oid from (${TENANT_TABLES}) t)
      and not exists (select 1 from pg_depend d where d.objid = pg_class.oid and d.deptype = 'e')
    order by relname`);
  expect(tables).toEqual(['schema_migration', 'service_secret', 'support_session', 'support_user', 'tenant_directory']);
});

test('every table has a primary key, and tenant_id comes first in it and in every unique index', async () => {
  const keyless = await names(`
    select relname as name from pg_class c
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
      and not exists (select 1 from pg_index i where i.indrelid = c.oid and i.indisprimary)`);
  expect(keyless).toEqual([]);
  const wrong = await names(`
    select i.indexrelid::regclass::text as name
    from (${TENANT_TABLES}) t
    join pg_index i on i.indrelid = t.oid and (i.indisunique or i.indisprimary)
    join pg_attribute a on a.attrelid = t.oid and a.attnum = i.indkey[0]
    where a.attname <> 'tenant_id'`);
  expect(wrong).toEqual([]);
});

test('every index and every foreign key of a tenant starts with tenant_id', async () => {
  const indexes = await names(`
    select i.indexrelid::regclass::text as name
    from (${TENANT_TABLES}) t join pg_index i on i.indrelid = t.oid
    join pg_attribute a on a.attrelid = t.oid and a.attnum = i.indkey[0]
    where a.attname <> 'tenant_id'`);
  expect(indexes).toEqual([]);
  const foreignKeys = await names(`
    select f.conname::text as name
    from (${TENANT_TABLES}) t join pg_constraint f on f.conrelid = t.oid and f.contype = 'f'
    join pg_attribute a on a.attrelid = t.oid and a.attnum = f.conkey[1]
    where a.attname <> 'tenant_id'`);
  expect(foreignKeys).toEqual([]);
});

test('[M5] [M3] the runtime role cannot change or remove a row of a ledger', async () => {
  const allowed = await sql<{ name: string; privilege: string }[]>`
    select t.name, p.privilege from unnest(array['audit_entry', 'stock_movement']) t(name), unnest(array['UPDATE', 'DELETE', 'TRUNCATE']) p(privilege)
    where has_table_privilege('modula_runtime', t.name, p.privilege) or has_table_privilege('modula_support', t.name, p.privilege)`;
  expect(allowed).toEqual([]);
});

test('[A5] the runtime role cannot delete an operation, an attempt or a row of business', async () => {
  const deletable = await names(`
    select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and has_table_privilege('modula_runtime', oid, 'DELETE')
    order by relname`);
  expect(deletable).toEqual([
    'actor_branch', 'device_checkpoint', 'device_sequence_gap', 'enrolment_code', 'feed_entry', 'outbox_event', 'shared_change', 'stream_mark', 'support_session',
  ]);
});

test('the runtime role reaches every table of a tenant', async () => {
  const unreachable = await names(`select t.name from (${TENANT_TABLES}) t
    where not has_table_privilege('modula_runtime', t.oid, 'SELECT') or not has_table_privilege('modula_runtime', t.oid, 'INSERT')`);
  expect(unreachable).toEqual([]);
});

test('there are no triggers and no identity columns: distribution forbids them', async () => {
  expect(await names('select tgname::text as name from pg_trigger where not tgisinternal')).toEqual([]);
  expect(await names(`
    select a.attname::text as name from pg_attribute a join (${TENANT_TABLES}) t on t.oid = a.attrelid where a.attidentity <> ''`)).toEqual([]);
});

test('on Citus every table is distributed or a reference table', async (context) => {
  const citus = await sql`select 1 from pg_extension where extname = 'citus'`;
  context.skip(citus.length === 0, 'this server has no Citus');
  const local = await names(`
    select relname as name from pg_class c
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname <> 'schema_migration'
      and not exists (select 1 from pg_dist_partition d where d.logicalrelid = c.oid)`);
  expect(local).toEqual([]);
});
