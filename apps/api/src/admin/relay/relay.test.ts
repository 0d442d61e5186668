import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TenantId } from '@modula/sync-core';
import { knownTenantId } from '../known-id.ts';
import { startAdminFixture, type AdminFixture } from '../testing/admin-fixture.ts';
import { claimEvents } from './outbox.ts';
import { deliveryRetryDelayMs, relayRound, type RelayPorts } from './relay-job.ts';
import { verifySignature } from './signature.ts';
import { addWebhook, listWebhooks, removeWebhook } from './webhooks.ts';

interface Received {
  readonly id: string;
  readonly signature: string;
  readonly body: string;
}

let fixture: AdminFixture;
let server: Server;
let url: string;
let received: Received[] = [];
let answer: (request: IncomingMessage) => { status: number; location?: string } = () => ({ status: 204 });

beforeAll(async () => {
  fixture = await startAdminFixture();
  server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ id: String(request.headers['x-modula-event-id']), signature: String(request.headers['x-modula-signature']), body });
      const { status, location } = answer(request);
      response.writeHead(status, location === undefined ? {} : { location }).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await fixture.close();
});

const ports = (): RelayPorts => ({ now: fixture.ports.now, randomUuid: fixture.ports.randomUuid, random: () => 0.5, sleep: () => Promise.resolve(), failed: () => {}, tried: () => {} });

async function webhookOf(path: string) {
  const tenant = await fixture.tenant({ branches: [{ name: 'A' }] });
  const tenantId = knownTenantId(tenant.tenantId);
  return { tenantId, ...(await addWebhook(fixture.db, tenantId, { url: `${url}${path}`, operator: 'test', allowLoopback: true }, fixture.ports)) };
}

async function emit(tenantId: TenantId, webhookId: string, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  await fixture.db.transaction(tenantId, (tx) =>
    tx.execute(
      `INSERT INTO outbox_event (tenant_id, event_id, webhook_id, event_type, body, created_at, next_attempt_at)
       SELECT $1::uuid, id, $3::uuid, 'operation.applied', '{"eventId":"' || id || '"}', $4::text::timestamptz, $4::text::timestamptz FROM unnest($2::uuid[]) AS t (id)`,
      [tenantId, ids, webhookId, fixture.ports.now()],
    ),
  );
  return ids;
}

const waiting = async (tenantId: TenantId) =>
  fixture.db.read(tenantId, (tx) =>
    tx.query<{ attempts: number; lastError: string | null }>(`SELECT attempts, last_error AS "lastError" FROM outbox_event WHERE tenant_id = $1`, [tenantId]),
  );

test('an event is signed, tried again after a failure, and gone when it was taken', async () => {
  received = [];
  const { tenantId, webhookId, secret } = await webhookOf('/fails-first');
  const [id] = await emit(tenantId, webhookId, 1);
  answer = () => ({ status: received.length === 1 ? 500 : 200 });
  await relayRound(fixture.db, ports());
  expect(await waiting(tenantId)).toEqual([{ attempts: 1, lastError: 'HTTP 500' }]);
  await relayRound(fixture.db, ports());
  expect(received).toHaveLength(1);
  fixture.advance(1_000);
  await relayRound(fixture.db, ports());
  expect(await waiting(tenantId)).toEqual([]);
  expect(received.map((entry) => entry.id)).toEqual([id, id]);
  const { signature, body } = received[1]!;
  const clock = { nowMs: Date.parse(fixture.ports.now()), toleranceMs: 300_000 };
  expect(verifySignature(secret, { header: signature, body }, clock)).toBe(true);
  expect(verifySignature(secret, { header: signature, body: `${body} ` }, clock)).toBe(false);
  expect(verifySignature('other', { header: signature, body }, clock)).toBe(false);
});

test('two relays at once deliver everything, and nothing twice while both live', async () => {
  received = [];
  answer = () => ({ status: 200 });
  const { tenantId, webhookId } = await webhookOf('/two');
  const ids = await emit(tenantId, webhookId, 90);
  const drain = async () => {
    while ((await relayRound(fixture.db, ports())) > 0);
  };
  await Promise.all([drain(), drain()]);
  expect(received.map((entry) => entry.id).toSorted()).toEqual(ids.toSorted());
  expect(await waiting(tenantId)).toEqual([]);
});

test('a node that died with an event in hand loses nothing: its lease ends', async () => {
  received = [];
  answer = () => ({ status: 200 });
  const { tenantId, webhookId } = await webhookOf('/lease');
  const [id] = await emit(tenantId, webhookId, 1);
  expect(await claimEvents(fixture.db, tenantId, fixture.ports.now())).toHaveLength(1);
  await relayRound(fixture.db, ports());
  expect(received).toEqual([]);
  fixture.advance(61_000);
  await relayRound(fixture.db, ports());
  expect(received.map((entry) => entry.id)).toEqual([id]);
});

test('a redirect is a failure, not an address', async () => {
  received = [];
  answer = (request) => (request.url === '/moved' ? { status: 302, location: `${url}/elsewhere` } : { status: 200 });
  const { tenantId, webhookId } = await webhookOf('/moved');
  await emit(tenantId, webhookId, 1);
  await relayRound(fixture.db, ports());
  expect(received).toHaveLength(1);
  expect(await waiting(tenantId)).toEqual([{ attempts: 1, lastError: 'HTTP 302' }]);
  await removeWebhook(fixture.db, tenantId, { webhookId, operator: 'test' }, fixture.ports);
  fixture.advance(3_600_000);
  await relayRound(fixture.db, ports());
  expect(await waiting(tenantId)).toEqual([]);
  expect(await listWebhooks(fixture.db, tenantId)).toEqual([{ webhookId, url: `${url}/moved`, status: 'DISABLED' }]);
});

test('retries back off to an hour, with full jitter', () => {
  expect(deliveryRetryDelayMs(1, 1)).toBe(1_000);
  expect(deliveryRetryDelayMs(4, 1)).toBe(8_000);
  expect(deliveryRetryDelayMs(50, 1)).toBe(3_600_000);
  expect(deliveryRetryDelayMs(50, 0)).toBe(0);
});
