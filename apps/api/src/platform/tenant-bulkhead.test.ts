import { randomUUID } from 'node:crypto';
import { openDatabase, type Database } from '@modula/db';
import { createTestDatabase, type TestDatabase } from '@modula/db/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from './clock.ts';
import { createMetrics } from './metrics.ts';
import { withTenantBulkhead } from './tenant-bulkhead.ts';

let testDatabase: TestDatabase;
let pools: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  pools = await openDatabase({ url: testDatabase.url, maxConnections: 4 });
});
afterAll(async () => {
  await pools.close();
  await testDatabase.drop();
});

test('a tenant whose transactions hang leaves connections for the others', async () => {
  const db = withTenantBulkhead(pools, { maxPerTenant: { write: 3, read: 3 }, metrics: createMetrics(), clock: systemClock });
  const stuck = randomUUID();
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const hanging = Array.from({ length: 6 }, () => db.transaction(stuck, () => gate));
  await db.transaction(randomUUID(), (tx) => tx.query('SELECT 1 AS one'));
  expect(db.load().write).toEqual({ busy: 3, waiting: 0 });
  release();
  await Promise.all(hanging);
});
