import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BranchId, TenantId } from '@modula/sync-core';
import { FeedWriter } from '../../engine/feed/feed-writer.ts';
import { tombstone, upsert, type EntityChange } from '../../engine/plug.ts';
import { setBranchStatus } from '../freeze/set-status.ts';
import { knownBranchId, knownTenantId } from '../known-id.ts';
import { startAdminFixture, type AdminFixture } from '../testing/admin-fixture.ts';
import { retainTenant } from './retain-tenant.ts';
import { retainToday } from './retention-job.ts';

let fixture: AdminFixture;
beforeAll(async () => {
  fixture = await startAdminFixture();
});
afterAll(() => fixture.close());

const DAY_MS = 86_400_000;
const rules = { minimumAgeDays: 0, maximumAgeDays: 45, liveDeviceDays: 14, minimumKept: 0 };
const origin = () => ({ occurredAt: fixture.ports.now(), actorId: null, clientOpId: null });

async function start() {
  const tenant = await fixture.tenant({ branches: [{ name: 'A' }, { name: 'B' }], devices: [{ name: 'till', branch: 'A' }] });
  const tenantId = knownTenantId(tenant.tenantId);
  const [a, b] = tenant.branches!.map((branch) => knownBranchId(branch.branchId));
  return { tenantId, a: a!, b: b!, deviceId: tenant.devices![0]!.deviceId };
}

function append(tenantId: TenantId, branchId: BranchId, changes: EntityChange[]): Promise<void> {
  return fixture.db.transaction(tenantId, async (tx) => {
    const feed = await FeedWriter.open(tx, tenantId, { kind: 'branches', branchIds: [branchId] });
    feed.append(branchId, changes, origin());
    await Promise.all(feed.statements());
  });
}

function appendShared(tenantId: TenantId, changes: EntityChange[]): Promise<void> {
  return fixture.db.transaction(tenantId, async (tx) => {
    const feed = await FeedWriter.open(tx, tenantId, { kind: 'tenant', originBranchId: null });
    feed.appendShared(changes, origin());
    await Promise.all(feed.statements());
  });
}

const stock = (id: string, onHand: number) => upsert('inventory.stock', id, { stockItemId: id, onHand });
const item = (id: string, priceMinor: number) => upsert('menu.item', id, { menuItemId: id, priceMinor });

/** Marks now, and lets a day and an hour go by, so that what is there counts as old. */
async function grow(tenantId: TenantId, days = 1): Promise<void> {
  await fixture.db.transaction(tenantId, (tx) =>
    tx.execute(
      `INSERT INTO stream_mark (tenant_id, branch_id, marked_at, head_seq)
       SELECT $1::uuid, branch_id, $2::text::timestamptz, head_seq FROM branch_stream WHERE tenant_id = $1 ON CONFLICT DO NOTHING`,
      [tenantId, fixture.ports.now()],
    ),
  );
  fixture.advance(days * DAY_MS + 3_600_000);
}

const nowMs = () => Date.parse(fixture.ports.now());
const liveLines = async (tenantId: TenantId, branchId: BranchId) =>
  (await fixture.feed(tenantId, branchId)).filter((line) => line.live && line.op === 'UPSERT').map(({ kind, entityId, payload }) => ({ kind, entityId, payload }));

test('[F3] retention removes what was replaced and old tombstones, and every live entity stays', async () => {
  const { tenantId, a, b } = await start();
  await append(tenantId, a, [stock('milk', 5), stock('tea', 1)]);
  await append(tenantId, a, [stock('milk', 4), tombstone('inventory.stock', 'tea')]);
  await appendShared(tenantId, [item('latte', 100), item('mocha', 200)]);
  await appendShared(tenantId, [item('latte', 110), tombstone('menu.item', 'mocha')]);
  const before = { a: await liveLines(tenantId, a), b: await liveLines(tenantId, b) };
  await grow(tenantId);
  const retained = await retainTenant(fixture.db, tenantId, { nowMs: nowMs(), rules });
  // In A milk and tea, and tea's tombstone; in both branches latte and mocha, and mocha's tombstone.
  expect(retained).toEqual({ horizonsMoved: 2, entriesDeleted: 3 + 2 * 3, sharedDeleted: 3 });
  expect({ a: await liveLines(tenantId, a), b: await liveLines(tenantId, b) }).toEqual(before);
  expect((await fixture.feed(tenantId, a)).every((line) => line.live && line.op === 'UPSERT')).toBe(true);
  expect(await retainTenant(fixture.db, tenantId, { nowMs: nowMs(), rules })).toEqual({ horizonsMoved: 0, entriesDeleted: 0, sharedDeleted: 0 });
});

test('[F3] an old entry that is replaced after the horizon passed it goes in the next round', async () => {
  const { tenantId, a } = await start();
  await append(tenantId, a, [stock('milk', 5)]);
  await grow(tenantId);
  await retainTenant(fixture.db, tenantId, { nowMs: nowMs(), rules });
  await append(tenantId, a, [stock('milk', 4)]);
  await grow(tenantId);
  expect((await retainTenant(fixture.db, tenantId, { nowMs: nowMs(), rules })).entriesDeleted).toBe(1);
});

test('[P3] the horizon never passes what a live device acknowledged', async () => {
  const { tenantId, a, deviceId } = await start();
  await append(tenantId, a, [stock('milk', 5), stock('milk', 4), stock('milk', 3)]);
  const head = (await fixture.feed(tenantId, a)).at(-1)!.seq;
  await fixture.db.transaction(tenantId, (tx) =>
    tx.execute(
      `INSERT INTO device_checkpoint (tenant_id, device_id, branch_id, scope_hash, scopes, epoch, seq, presented_at)
       VALUES ($1, $2, $3, 'x', '{inventory.*}', 1, $4, $5::text::timestamptz)`,
      [tenantId, deviceId, a, head - 1, fixture.ports.now()],
    ),
  );
  await grow(tenantId);
  await retainTenant(fixture.db, tenantId, { nowMs: nowMs(), rules });
  const [stream] = await fixture.db.read(tenantId, (tx) =>
    tx.query<{ horizon: number }>(`SELECT horizon_seq AS horizon FROM branch_stream WHERE tenant_id = $1 AND branch_id = $2`, [tenantId, a]),
  );
  expect(stream!.horizon).toBe(head - 1);
});

test('[F2] a removal stays until an archived branch has come back and learnt of it', async () => {
  const { tenantId, a, b } = await start();
  const act = { operator: 'test', reason: 'test' };
  await appendShared(tenantId, [item('latte', 100)]);
  await setBranchStatus(fixture.db, { ...act, tenantId, branchId: b, status: 'ARCHIVED' }, fixture.ports);
  await appendShared(tenantId, [tombstone('menu.item', 'latte')]);
  await grow(tenantId);
  await retainTenant(fixture.db, tenantId, { nowMs: nowMs(), rules });
  expect((await fixture.feed(tenantId, a)).some((line) => line.kind === 'menu.item')).toBe(false);
  await setBranchStatus(fixture.db, { ...act, tenantId, branchId: b, status: 'ACTIVE' }, fixture.ports);
  expect((await fixture.feed(tenantId, b)).filter((line) => line.kind === 'menu.item').at(-1)).toMatchObject({ entityId: 'latte', op: 'TOMBSTONE' });
  await grow(tenantId);
  expect((await retainTenant(fixture.db, tenantId, { nowMs: nowMs(), rules })).sharedDeleted).toBe(1);
});

test('[F3] of two nodes that come at once, one does the work of the day', async () => {
  const { tenantId } = await start();
  const ports = { now: fixture.ports.now, retained: () => {} };
  const both = await Promise.all([retainToday(fixture.db, tenantId, ports), retainToday(fixture.db, tenantId, ports)]);
  expect(both.filter((answer) => answer !== null)).toHaveLength(1);
  expect(await retainToday(fixture.db, tenantId, ports)).toBeNull();
});
