import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseTenantId, type TenantId } from '@modula/sync-core';
import { push, startEngineFixture, type Cafe, type EngineFixture } from '../../engine/testing/engine-fixture.ts';
import { announceFailures } from './announce-failures.ts';
import { tenantsWithWork } from './outbox.ts';
import { addWebhook, removeWebhook } from './webhooks.ts';

let fixture: EngineFixture;
beforeAll(async () => {
  fixture = await startEngineFixture();
});
afterAll(() => fixture.close());

const announce = (tenantId: TenantId) => announceFailures(fixture.db, tenantId, fixtureNow());
const fixtureNow = () => ({ now: fixture.admin.ports.now(), randomUuid: fixture.admin.ports.randomUuid });
const hook = (tenantId: TenantId, name: string) =>
  addWebhook(fixture.db, tenantId, { url: `https://${name}.example.org/`, operator: 'test', allowLoopback: false }, fixture.admin.ports);

/** Nothing delivers here: what is in the outbox is what was written. */
const events = (tenantId: TenantId) =>
  fixture.db.read(tenantId, async (tx) => {
    const rows = await tx.query<{ webhookId: string; eventType: string; body: string }>(
      `SELECT webhook_id AS "webhookId", event_type AS "eventType", body FROM outbox_event WHERE tenant_id = $1`,
      [tenantId],
    );
    return rows.map(({ webhookId, eventType, body }) => ({ webhookId, eventType, body: JSON.parse(body) as { [field: string]: unknown } }));
  });

const marked = async (tenantId: TenantId) =>
  (await fixture.db.read(tenantId, (tx) => tx.query(`SELECT client_op_id FROM operation WHERE tenant_id = $1 AND announce`, [tenantId]))).length;

const failing = ({ tills }: Cafe) => tills[0]!.operation('cashSession.close', { cashSessionId: randomUUID(), countedMinor: 1 });

test('[G5] a failure writes no outbox row of its own; the relay tells every active webhook of it, once', async () => {
  const cafe = await fixture.cafe();
  const { tenantId } = cafe;
  const [first, second, gone] = [await hook(tenantId, 'first'), await hook(tenantId, 'second'), await hook(tenantId, 'gone')];
  await removeWebhook(fixture.db, tenantId, { webhookId: gone.webhookId, operator: 'test' }, fixture.admin.ports);
  const operation = failing(cafe);
  await push(fixture.engine, cafe.tills[0]!, [operation]);
  expect(await events(tenantId)).toEqual([]);
  expect((await tenantsWithWork(fixture.db, { now: fixtureNow().now, after: null })).tenantIds).toContain(tenantId);

  await announce(tenantId);
  const told = await events(tenantId);
  expect(told.map(({ webhookId }) => webhookId).toSorted()).toEqual([first.webhookId, second.webhookId].toSorted());
  expect(told[0]!.eventType).toBe('operation.failed');
  expect(told[0]!.body).toEqual(told[1]!.body);
  const applied = cafe.tills[0]!.operation('cashSession.open', { cashSessionId: randomUUID(), openingFloatMinor: 0 });
  await push(fixture.engine, cafe.tills[0]!, [applied]);
  const body = (await events(tenantId)).find(({ eventType }) => eventType === 'operation.applied')!.body;
  expect(Object.keys(told[0]!.body)).toEqual(Object.keys(body));
  expect(told[0]!.body).toMatchObject({
    tenantId,
    branchId: cafe.branchId,
    clientOpId: operation.clientOpId,
    type: 'cashSession.close',
    lane: 'replay',
    deviceId: operation.deviceId,
    actorId: cafe.ownerId,
    occurredAt: '2026-11-22T08:00:00.000Z',
    streamSeq: null,
    failureCode: 'cashSession.NOT_FOUND',
  });

  await announce(tenantId);
  expect(await events(tenantId)).toHaveLength(4);
  expect(await marked(tenantId)).toBe(0);
});

test('[G5] two relays at once announce each failure once', async () => {
  const cafe = await fixture.cafe();
  const { tenantId } = cafe;
  await hook(tenantId, 'only');
  const operations = Array.from({ length: 60 }, () => failing(cafe));
  await push(fixture.engine, cafe.tills[0]!, operations);
  while ((await marked(tenantId)) > 0) await Promise.all([announce(tenantId), announce(tenantId), announce(tenantId)]);
  const told = (await events(tenantId)).map(({ body }) => String(body['clientOpId']));
  expect(told.toSorted()).toEqual(operations.map(({ clientOpId }) => clientOpId).toSorted());
});

test('[A5] a retry that fails again is told again; a waive adds nothing, and keeps what was not told yet', async () => {
  const cafe = await fixture.cafe();
  const { tenantId } = cafe;
  await hook(tenantId, 'only');
  const [waived, retried] = [failing(cafe), failing(cafe)];
  await push(fixture.engine, cafe.tills[0]!, [waived, retried]);
  const act = { operator: 'ops@example.org', reason: 'a test' };
  await fixture.engine.waive(tenantId, waived.clientOpId, act);
  await announce(tenantId);
  expect((await events(tenantId)).map(({ body }) => String(body['failureCode'])).toSorted()).toEqual(['WAIVED', 'cashSession.NOT_FOUND']);
  await fixture.engine.retry(tenantId, retried.clientOpId, { ...act, withDependents: false });
  expect(await events(tenantId)).toHaveLength(2);
  await announce(tenantId);
  expect((await events(tenantId)).filter(({ body }) => body['clientOpId'] === retried.clientOpId)).toHaveLength(2);
  await fixture.engine.waive(tenantId, retried.clientOpId, act);
  expect(await marked(tenantId)).toBe(0);
});

test('every tenant with an event due or a failure to announce is found, page after page', async () => {
  const { db } = fixture;
  const now = fixtureNow().now;
  const all = Array.from({ length: 450 }, () => parseTenantId(randomUUID())!);
  const idle = parseTenantId(randomUUID())!;
  await Promise.all(
    [...all, idle].map((tenantId, index) =>
      db.transaction(tenantId, async (tx) => {
        await tx.execute(`INSERT INTO tenant (tenant_id, name) VALUES ($1, 'x')`, [tenantId]);
        const dueAt = tenantId === idle ? '2999-01-01T00:00:00.000Z' : now;
        await (index % 2 === 0
          ? tx.execute(
              `INSERT INTO outbox_event (tenant_id, event_id, webhook_id, event_type, body, created_at, next_attempt_at)
               VALUES ($1, $1, $1, 'x', '{}', $2::text::timestamptz, $2::text::timestamptz)`,
              [tenantId, dueAt],
            )
          : tx.execute(
              `INSERT INTO operation (tenant_id, client_op_id, lane, type, version, actor_id, payload, payload_hash, depends_on, occurred_at,
                                      received_at, status, decided_at, announce)
               VALUES ($1, $1, 'replay', 'x', 1, $1, '{}', '', '{}', now(), now(), 'FAILED', now(), true)`,
              [tenantId],
            ));
      }),
    ),
  );
  const found: TenantId[] = [];
  let after: TenantId | null = null;
  do {
    const page: Awaited<ReturnType<typeof tenantsWithWork>> = await tenantsWithWork(db, { now, after });
    found.push(...page.tenantIds);
    after = page.next;
  } while (after !== null);
  expect(found).toEqual([...new Set(found)]);
  expect(found).toEqual(expect.arrayContaining(all));
  expect(found).not.toContain(idle);
});

test('a tenant without webhooks marks nothing, and one whose webhooks are gone is told of nothing', async () => {
  const silent = await fixture.cafe();
  await push(fixture.engine, silent.tills[0]!, [failing(silent)]);
  expect(await marked(silent.tenantId)).toBe(0);
  const cafe = await fixture.cafe();
  const { webhookId } = await hook(cafe.tenantId, 'only');
  await push(fixture.engine, cafe.tills[0]!, [failing(cafe)]);
  await removeWebhook(fixture.db, cafe.tenantId, { webhookId, operator: 'test' }, fixture.admin.ports);
  await announce(cafe.tenantId);
  expect([await marked(cafe.tenantId), await events(cafe.tenantId)]).toEqual([0, []]);
});
