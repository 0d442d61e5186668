import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../client/database.ts';
import { isTransient } from '../client/errors.ts';
import { withRetry } from '../client/retry.ts';
import { startTestPostgres, type TestPostgres } from './start-test-postgres.ts';

let server: TestPostgres;

beforeAll(async () => {
  server = await startTestPostgres();
});

afterAll(() => server.close());

const patience = { random: () => 0.9, sleep: (delayMs: number) => sleep(delayMs) };

test('[G7] while the database is away transactions fail as transient, and the same pool works when it is back', async () => {
  const database = await openDatabase({ url: server.url });
  const tenantId = randomUUID();
  const write = () => database.transaction(tenantId, (tx) => tx.execute('insert into tenant (tenant_id, name) values ($1, $2) on conflict do nothing', [tenantId, 'Aroma']));
  await write();
  await server.stop();
  expect(isTransient(await write().catch((error: unknown) => error))).toBe(true);
  await server.start();
  expect(await withRetry(10, write, patience)).toBe(0);
  await database.close();
});

test('[G1] a kill -9 of the database loses nothing that was acknowledged', async () => {
  const database = await openDatabase({ url: server.url });
  const tenantId = randomUUID();
  let acknowledged = 0;
  await database.transaction(tenantId, (tx) => tx.execute('insert into tenant (tenant_id, name) values ($1, $2)', [tenantId, 'Aroma']));
  const writer = (async () => {
    for (;;) {
      await database.transaction(tenantId, (tx) => tx.execute('update tenant set shared_head_seq = $2 where tenant_id = $1', [tenantId, acknowledged + 1]));
      acknowledged += 1;
      if (acknowledged === 50) void server.kill9();
    }
  })();
  expect(isTransient(await writer.catch((error: unknown) => error))).toBe(true);
  const [row] = await withRetry(40, () => database.read(tenantId, (tx) => tx.query<{ head: number }>('select shared_head_seq as head from tenant where tenant_id = $1', [tenantId])), patience);
  // The transaction whose COMMIT got lost may or may not be there.
  expect([acknowledged, acknowledged + 1]).toContain(row?.head);
  await database.close();
});
