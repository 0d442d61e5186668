import { randomUUID } from 'node:crypto';
import { OPERATION_TYPES } from '@modula/sync-core';
import { afterAll, beforeAll, expect, expectTypeOf, test } from 'vitest';
import { provisionSpec, startTestService, testClient, type TestClient, type TestService } from '../testing/index.ts';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

test('[2] every operation type is a direct procedure, and a stranger learns nothing there', async () => {
  for (const type of OPERATION_TYPES) {
    const response = await fetch(`${service.url}/trpc/${type}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
    expect([type, response.status]).toEqual([type, 401]);
  }
});

test('a client knows each procedure’s payload and answer', () => {
  type FinalizeInput = Parameters<TestClient['sale']['finalize']['mutate']>[0];
  expectTypeOf<FinalizeInput['payload']['tender']['method']>().toEqualTypeOf<'CASH' | 'KHQR'>();
  type Opened = Awaited<ReturnType<TestClient['cashSession']['open']['mutate']>>;
  expectTypeOf<Opened['streamSeq']>().toEqualTypeOf<number | null>();
});

test('[A5] support staff see by role: a viewer reads, an operator decides, an administrator changes facts', async () => {
  const email = `${randomUUID()}@example.org`;
  const tenantName = `tenant ${randomUUID()}`;
  const { tenants } = await provisionSpec(service.databaseUrl, {
    tenants: [{ name: tenantName, branches: [{ name: 'Sen Sok' }] }],
    support: [{ email, password: 'correct horse battery', role: 'OPERATOR' }],
  });
  const { tenantId } = tenants![0]!;
  const stranger = testClient(service.url, null);
  await expect(stranger.console.signIn.mutate({ email, password: 'wrong' })).rejects.toMatchObject({ data: { sync: { code: 'UNAUTHORIZED' } } });

  const { token } = await stranger.console.signIn.mutate({ email, password: 'correct horse battery' });
  const operator = testClient(service.url, token);
  expect(await operator.console.me.query()).toEqual({ email, role: 'OPERATOR' });
  expect((await operator.console.tenants.query({ search: tenantName })).tenants).toMatchObject([{ tenantId, name: tenantName }]);
  expect(await operator.console.streams.query({ tenantId })).toMatchObject({ streams: [{ name: 'Sen Sok' }], next: null });
  await expect(operator.console.waive.mutate({ tenantId, clientOpId: randomUUID(), reason: ' ' })).rejects.toMatchObject({
    data: { sync: { code: 'BAD_REQUEST', issues: [{ path: 'reason' }] } },
  });
  await expect(
    operator.console.setStatus.mutate({ tenantId, reason: 'test', change: { of: 'tenant', status: 'FROZEN' } }),
  ).rejects.toMatchObject({ data: { sync: { code: 'FORBIDDEN' } } });
  await expect(operator.sync.pull.query({ branchId: randomUUID(), moduleScopes: ['menu.*'] })).rejects.toMatchObject({
    data: { sync: { code: 'FORBIDDEN' } },
  });

  await operator.console.signOut.mutate();
  await expect(operator.console.me.query()).rejects.toMatchObject({ data: { sync: { code: 'UNAUTHORIZED' } } });
});

test('[5] a till enrols with its code once, and an actor signs in on it', async () => {
  const { tenants } = await provisionSpec(service.databaseUrl, {
    tenants: [
      {
        name: `tenant ${randomUUID()}`,
        branches: [{ name: 'Sen Sok' }],
        actors: [{ name: 'Dara', role: 'CASHIER', branches: ['Sen Sok'], pin: '4711' }],
        devices: [{ name: 'till-1', branch: 'Sen Sok' }],
      },
    ],
  });
  const { devices, actors } = tenants![0]!;
  const code = devices![0]!.enrolmentCode!;
  const { actorId } = actors![0]!;
  const enrolled = await testClient(service.url, null).device.enroll.mutate({ code });
  await expect(testClient(service.url, null).device.enroll.mutate({ code })).rejects.toMatchObject({ data: { sync: { reason: 'CODE_INVALID' } } });

  const till = testClient(service.url, enrolled.deviceToken, { batch: true });
  await expect(till.device.signIn.mutate({ actorId, pin: '0000' })).rejects.toMatchObject({ data: { sync: { reason: 'WRONG_PIN' } } });
  expect(await till.device.signIn.mutate({ actorId, pin: '4711' })).toMatchObject({ actorId, name: 'Dara' });
  expect(await till.device.signOut.mutate({ actorId })).toEqual({ actorId });
  expect(await till.sync.report.mutate({ queue: [], anything: 'else' })).toHaveProperty('serverTime');
});
