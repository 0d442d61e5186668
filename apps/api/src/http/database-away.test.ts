import { startTestPostgres, type TestPostgres } from '@modula/db/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { provisionTenant, startTestService, type TestService, type TestTenant } from '../testing/index.ts';

let postgres: TestPostgres;
let service: TestService;
let tenant: TestTenant;

beforeAll(async () => {
  postgres = await startTestPostgres({ durable: false });
  service = await startTestService({ databaseUrl: postgres.url });
  tenant = await provisionTenant(postgres.url);
});
afterAll(async () => {
  await service.stop();
  await postgres.close();
});

const pull = () => {
  const input = encodeURIComponent(JSON.stringify({ branchId: tenant.branchId, moduleScopes: ['menu.*'], cursor: null }));
  return fetch(`${service.url}/trpc/sync.pull?input=${input}`, { headers: { authorization: `Bearer ${tenant.devices[0]!.deviceToken}` } });
};
const status = async (path: string) => (await fetch(`${service.url}${path}`)).status;

test('[2.3] while the database is away requests are SERVICE_UNAVAILABLE, the process is alive but not ready, and it recovers', async () => {
  expect((await pull()).status).toBe(200);
  await postgres.stop();

  const away = await pull();
  expect(away.status).toBe(503);
  expect(await away.json()).toMatchObject({
    error: { data: { code: 'SERVICE_UNAVAILABLE', sync: { code: 'SERVICE_UNAVAILABLE', retryAfterMs: 1_000 } } },
  });
  expect(await status('/healthz')).toBe(200);
  expect(await status('/readyz')).toBe(503);

  await postgres.start();
  await expect.poll(() => status('/readyz'), { timeout: 20_000 }).toBe(200);
  expect((await pull()).status).toBe(200);
});
