import { randomUUID } from 'node:crypto';
import type { Database } from '@modula/db';
import { parseClientOpId, type JsonObject, type OperationType } from '@modula/sync-core';
import { listAudit } from '../../../admin/console/audit-log.ts';
import { listFailedOperations } from '../../../admin/console/failed-operations.ts';
import { readOperation } from '../../../admin/console/operation-detail.ts';
import { readFeed, listStreams } from '../../../admin/console/streams.ts';
import { listTenants } from '../../../admin/console/tenants.ts';
import { claimEvents, settleEvents, tenantsWithWork } from '../../../admin/relay/outbox.ts';
import { retainTenant } from '../../../admin/retention/retain-tenant.ts';
import { saleOf, COFFEE } from '../../../modules/testing/sale-payload.ts';
import type { Engine } from '../../engine.ts';
import type { SupportSession } from '../../session.ts';
import { ALL_SCOPES, hydrate, push, type Cafe } from '../../testing/engine-fixture.ts';

/** The service's walks whose statements are explained, under the names the tests call them by. */
export type Walk = 'push' | 'evidence' | 'direct' | 'pull broad' | 'pull narrow' | 'outcomes' | 'resolve' | 'retention' | 'relay' | 'console';

interface TrafficInput {
  readonly db: Database;
  readonly engine: Engine;
  readonly cafe: Cafe;
}

const OPERATOR: SupportSession = { kind: 'support', supportUserId: randomUUID(), email: 'vanna@modula.example', role: 'OPERATOR' };
const ACT = { operator: 'vanna', reason: 'a test' };

/** Runs every walk once, in an order in which each finds what it needs; `ran` is called after each. */
export async function runTraffic({ db, engine, cafe }: TrafficInput, ran: (walk: Walk) => void): Promise<void> {
  const { tenantId, branchId, ownerId, tills } = cafe;
  const till = tills[0]!;
  const direct = (type: OperationType, payload: JsonObject) =>
    engine.direct(till.session, { type, clientOpId: parseClientOpId(randomUUID())!, branchId, actorId: ownerId, payload, dependsOn: [] });
  const drawer = randomUUID();
  const sale = (saleId: string) => till.operation('sale.finalize', { ...saleOf({ saleId, cashSessionId: drawer, lines: [COFFEE] }) });

  await direct('menu.upsertCategory', { categoryId: 'drinks', name: 'Drinks', position: 1 });
  await direct('menu.upsertItem', { menuItemId: 'coffee', name: 'Iced coffee', category: 'Drinks', priceMinor: 250, stockItemId: 'milk' });
  await direct('menu.upsertItem', { menuItemId: 'coffee', name: 'Iced coffee', category: 'Drinks', priceMinor: 260, stockItemId: 'milk' });
  await direct('discount.upsert', { discountId: 'ten', name: 'Ten', percent: 10, appliesTo: 'ALL' });
  await direct('policy.update', { saleVatEnabled: true });
  await direct('inventory.restock', { movementId: 'first', stockItemId: 'milk', quantity: 100, reason: 'delivery' });
  ran('direct');

  const sold = [sale('one'), sale('two'), sale('three')];
  const drawerOpen = till.operation('cashSession.open', { cashSessionId: drawer, openingFloatMinor: 0 }, { deviceSeq: 1 });
  const results = await push(engine, till, [
    drawerOpen,
    ...sold.map((operation, index) => ({ ...operation, deviceSeq: index + 2 })),
    till.operation('cashSession.movement', { movementId: 'out', cashSessionId: drawer, kind: 'PAID_OUT', amountMinor: 100, reason: 'ice' }, { deviceSeq: 5 }),
    till.operation('attendance.startWork', { workId: 'shift' }, { deviceSeq: 6 }),
  ]);
  const failed = results.find(({ status }) => status !== 'SYNCED');
  if (failed !== undefined) throw new Error(JSON.stringify(failed));
  ran('push');

  await direct('sale.void', { saleId: 'one', reason: 'spilt' });
  await direct('menu.removeCategory', { categoryId: 'drinks' });
  ran('direct');

  const root = till.operation('sale.finalize', { ...saleOf({ saleId: 'late', cashSessionId: drawer }) }, { deviceSeq: 20 });
  const refused = await push(engine, till, [
    till.operation('cashSession.close', { cashSessionId: drawer, countedMinor: 0 }, { deviceSeq: 19 }),
    root,
    till.operation('attendance.endWork', { workId: 'shift' }, { deviceSeq: 21, dependsOn: [root.clientOpId] }),
    // Of an entity that this chunk did not write, so that the feed is asked.
    till.operation('attendance.startWork', { workId: 'shift' }, { deviceSeq: 22 }),
  ]);
  if (refused.filter(({ status }) => status === 'FAILED').length !== 3) throw new Error(JSON.stringify(refused));
  ran('evidence');

  await hydrate(engine, till, { scopes: ALL_SCOPES });
  ran('pull broad');
  await hydrate(engine, till, { scopes: ['menu.*', 'sale.*'], limit: 2 });
  ran('pull narrow');
  await engine.outcomes(till.session, [root.clientOpId]);
  ran('outcomes');

  await engine.retry(tenantId, root.clientOpId, { ...ACT, withDependents: true });
  await engine.waive(tenantId, root.clientOpId, ACT);
  ran('resolve');

  const now = new Date().toISOString();
  const rules = { minimumAgeDays: 0, maximumAgeDays: 0, liveDeviceDays: 0, minimumKept: 0 };
  await db.transaction(tenantId, (tx) =>
    tx.execute(
      `INSERT INTO stream_mark (tenant_id, branch_id, marked_at, head_seq) SELECT tenant_id, branch_id, $2::text::timestamptz, 5 FROM branch_stream WHERE tenant_id = $1`,
      [tenantId, '2026-01-01T00:00:00.000Z'],
    ),
  );
  await retainTenant(db, tenantId, { nowMs: Date.parse(now), rules });
  ran('retention');

  await tenantsWithWork(db, { now, after: null });
  const events = await claimEvents(db, tenantId, now);
  await settleEvents(db, tenantId, { now, tried: events.map((event) => ({ kind: 'delivered', event })) });
  ran('relay');

  await listTenants(db, {});
  await listStreams(db, tenantId);
  await listFailedOperations(db, tenantId, {});
  await listAudit(db, tenantId, {});
  await readFeed(db, tenantId, { branchId, fromSeq: 1, limit: 100, session: OPERATOR });
  await readOperation(db, tenantId, { clientOpId: sold[0]!.clientOpId, session: OPERATOR });
  ran('console');
}
