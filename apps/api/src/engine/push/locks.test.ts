import { randomUUID } from 'node:crypto';
import type { Tx } from '@modula/db';
import { parseBranchId, parseClientOpId, type BranchId, type JsonObject, type OperationType, type TenantId } from '@modula/sync-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { push, startEngineFixture, type Cafe, type EngineFixture } from '../testing/engine-fixture.ts';

let fixture: EngineFixture;
beforeAll(async () => {
  fixture = await startEngineFixture();
});
afterAll(() => fixture.close());

/** Statements of its own, so that it holds what the service should hold whatever the service does. */
const HOLD = 'SELECT branch_id FROM branch_stream WHERE tenant_id = $1 AND branch_id = $2 FOR UPDATE';

/** Does `work` while `waiting` is held up by this transaction's lock of the stream, commits, and answers what it was held up with. */
async function whileHeld<T>(
  { tenantId, branchId }: { tenantId: TenantId; branchId: BranchId },
  { held, work }: { held: () => Promise<T>; work: (tx: Tx) => Promise<unknown> },
): Promise<T> {
  return fixture.db
    .transaction(tenantId, async (tx) => {
      await tx.query(HOLD, [tenantId, branchId]);
      const waiting = held();
      await expect.poll(() => waitingForLocks(tenantId)).toBe(1);
      await work(tx);
      return { waiting };
    })
    .then(({ waiting }) => waiting);
}

async function waitingForLocks(tenantId: TenantId): Promise<number> {
  const [row] = await fixture.db.read(tenantId, (tx) =>
    tx.query<{ waiting: number }>(
      `SELECT count(DISTINCT l.pid) AS waiting FROM pg_locks AS l JOIN pg_stat_activity AS a ON a.pid = l.pid WHERE NOT l.granted AND a.datname = current_database()`,
    ),
  );
  return row?.waiting ?? 0;
}

function direct({ tills, branchId, ownerId }: Cafe, type: OperationType, payload: JsonObject) {
  return fixture.engine.direct(tills[0]!.session, { type, clientOpId: parseClientOpId(randomUUID())!, branchId, actorId: ownerId, payload, dependsOn: [] });
}

test('[A6] [F1] an operation that waited for its stream is judged by what the one before it left: a freeze', async () => {
  const cafe = await fixture.cafe();
  const { tenantId, branchId } = cafe;
  const till = cafe.tills[0]!;
  const [result] = await whileHeld(cafe, {
    held: () => push(fixture.engine, till, [till.operation('attendance.startWork', { workId: 'w' })]),
    work: (tx) => tx.execute(`UPDATE branch SET status = 'FROZEN' WHERE tenant_id = $1 AND branch_id = $2`, [tenantId, branchId]),
  });
  expect(result).toMatchObject({ status: 'FAILED', failure: { code: 'BRANCH_FROZEN' } });
});

test('[A6] [F1] an operation that waited for its stream is judged by what the one before it left: a revoked actor', async () => {
  const cafe = await fixture.cafe();
  const { tenantId, ownerId } = cafe;
  const till = cafe.tills[0]!;
  const [result] = await whileHeld(cafe, {
    held: () => push(fixture.engine, till, [till.operation('attendance.startWork', { workId: 'w' })]),
    work: (tx) => tx.execute(`UPDATE actor SET status = 'REVOKED' WHERE tenant_id = $1 AND actor_id = $2`, [tenantId, ownerId]),
  });
  expect(result).toMatchObject({ status: 'FAILED', failure: { code: 'ACTOR_UNKNOWN' } });
});

test('[M3] [F1] an operation that waited for its stream reads the rows that the one before it wrote', async () => {
  const cafe = await fixture.cafe();
  const { tenantId, branchId } = cafe;
  const restock = (movementId: string) => direct(cafe, 'inventory.restock', { movementId, stockItemId: 'beans', quantity: 1, reason: 'delivery' });
  await restock('r1');
  const result = await whileHeld(cafe, {
    held: () => restock('r2'),
    work: (tx) => tx.execute(`UPDATE stock_item SET on_hand = 100 WHERE tenant_id = $1 AND branch_id = $2`, [tenantId, branchId]),
  });
  expect(result).toMatchObject({ status: 'SYNCED', result: { onHand: 101 } });
});

test('[F2] a tenant-wide change locks the streams in the order of their ids, as everybody who locks several', async () => {
  const cafe = await fixture.cafe();
  const { tenantId } = cafe;
  await fixture.admin.provision({ tenants: [{ id: tenantId, branches: Array.from({ length: 6 }, (_, index) => ({ name: `branch ${index}` })) }] });
  const branches = await fixture.db.read(tenantId, (tx) =>
    tx.query<{ branchId: string }>(`SELECT branch_id AS "branchId" FROM branch_stream WHERE tenant_id = $1 ORDER BY branch_id`, [tenantId]),
  );
  const ids = branches.map(({ branchId }) => branchId);
  const result = await whileHeld(
    { tenantId, branchId: parseBranchId(ids[3])! },
    {
      held: () => direct(cafe, 'menu.upsertItem', { menuItemId: 'tea', name: 'Tea', category: null, priceMinor: 100 }),
      work: () =>
        fixture.db.transaction(tenantId, async (tx) => {
          const free = await tx.query<{ branchId: string }>(
            `SELECT branch_id AS "branchId" FROM branch_stream WHERE tenant_id = $1 ORDER BY branch_id FOR UPDATE SKIP LOCKED`,
            [tenantId],
          );
          expect(free.map(({ branchId }) => branchId)).toEqual(ids.slice(4));
        }),
    },
  );
  expect(result.status).toBe('SYNCED');
});
