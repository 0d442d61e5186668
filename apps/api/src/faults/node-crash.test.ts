import { openDatabase, type Database } from '@modula/db';
import { createTestDatabase, type TestDatabase } from '@modula/db/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { provisionTenant, spawnTestNode, startTestService, type SpawnedNode, type TestService, type TestTenant } from '../testing/index.ts';
import { brokenInvariants, effectsOf } from './testing/invariants.ts';
import { startPostgresProxy, type PostgresProxy } from './testing/postgres-proxy.ts';
import { holdStreams } from './testing/stream-lock.ts';
import { openDrawer, wireTill, type WireTill } from './testing/wire-till.ts';

let database: TestDatabase;
let proxy: PostgresProxy;
let db: Database;
/** The node that is killed is a process of its own; the one that takes over runs here. */
let other: TestService;
const spawned: SpawnedNode[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await startPostgresProxy(database.url);
  db = await openDatabase({ url: database.url, maxConnections: 1, readConnections: 1 });
  other = await startTestService({ databaseUrl: database.url });
});
afterAll(async () => {
  await Promise.all(spawned.map((node) => node.kill()));
  await other.stop();
  await db.close();
  await proxy.close();
  await database.drop();
});

async function spawnNode(): Promise<SpawnedNode> {
  const node = await spawnTestNode(proxy.url);
  spawned.push(node);
  return node;
}

async function openTill(): Promise<{ tenant: TestTenant; till: WireTill }> {
  const tenant = await provisionTenant(database.url);
  return { tenant, till: wireTill(tenant, tenant.devices[0]!) };
}

test('[G1] a node killed in the middle of a push applied nothing; another node answers the retry', async () => {
  const { tenant, till } = await openTill();
  const node = await spawnNode();
  const opening = till.operation('cashSession.open', openDrawer());
  const held = await holdStreams(database.url, tenant.tenantId, [tenant.branchId]);
  const lost = till.push(node.url, [opening]).catch(() => 'no answer');
  await held.waitedFor(1);
  await node.kill();
  expect(await lost).toBe('no answer');
  await held.release();
  expect(await till.push(other.url, [opening])).toMatchObject([{ status: 'SYNCED', duplicate: false }]);
  expect(await effectsOf(db, tenant.tenantId, opening.clientOpId)).toEqual({ operations: 1, audits: 1, changes: 1 });
});

test('[G1][G2] a node killed between COMMIT and answer: another node answers the retry with the stored outcome', async () => {
  const { tenant, till } = await openTill();
  const node = await spawnNode();
  const opening = till.operation('cashSession.open', openDrawer());
  proxy.onCommitOf(tenant.tenantId, 'hold-answer');
  const lost = till.push(node.url, [opening]).catch(() => 'no answer');
  await expect.poll(() => proxy.happened.at(-1), { timeout: 10_000 }).toBe('hold-answer');
  await node.kill();
  expect(await lost).toBe('no answer');
  expect(await till.push(other.url, [opening])).toMatchObject([{ status: 'SYNCED', duplicate: true }]);
  expect(await effectsOf(db, tenant.tenantId, opening.clientOpId)).toEqual({ operations: 1, audits: 1, changes: 1 });
  expect(await brokenInvariants(db, tenant.tenantId)).toEqual([]);
});

test('[6] SIGTERM with a push under way: the push is answered, new ones are refused, the node exits 0', async () => {
  const { tenant, till } = await openTill();
  const node = await spawnNode();
  const held = await holdStreams(database.url, tenant.tenantId, [tenant.branchId]);
  const running = till.push(node.url, [till.operation('cashSession.open', openDrawer())]);
  await held.waitedFor(1);
  const exit = node.stop();
  await expect.poll(() => fetch(`${node.url}/healthz`).then(() => 'answered', () => 'refused'), { timeout: 5_000, interval: 20 }).toBe('refused');
  await held.release();
  expect(await running).toMatchObject([{ status: 'SYNCED' }]);
  expect(await exit).toBe(0);
});
