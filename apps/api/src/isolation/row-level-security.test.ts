import { randomUUID } from 'node:crypto';
import { parseClientOpId } from '@modula/sync-core';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hydrate, push, startEngineFixture, type Cafe, type EngineFixture } from '../engine/testing/engine-fixture.ts';
import { brokenInvariants } from '../faults/testing/invariants.ts';
import { saleOf } from '../modules/testing/sale-payload.ts';
import { contentsOf, tenantTables } from './testing/tenant-contents.ts';
import { withoutTenantFilter } from './testing/unfiltered-database.ts';

let fixture: EngineFixture;
beforeAll(async () => {
  fixture = await startEngineFixture();
});
afterAll(() => fixture.close());

/** The same day in every tenant: the same ids of sales, sessions, items. */
function sellOn(cafe: Cafe, engine = fixture.engine) {
  const till = cafe.tills[0]!;
  return push(engine, till, [
    till.operation('cashSession.open', { cashSessionId: 'drawer', openingFloatMinor: 100 }),
    till.operation('sale.finalize', { ...saleOf({ saleId: 'sale-1', cashSessionId: 'drawer' }) }),
    till.operation('cashSession.movement', { movementId: 'm-1', cashSessionId: 'drawer', kind: 'PAID_IN', amountMinor: 5, reason: 'change' }),
    till.operation('attendance.startWork', { workId: 'work-1' }),
    till.operation('sale.finalize', { ...saleOf({ saleId: 'sale-2', cashSessionId: 'unknown' }) }),
  ]);
}

test('[A4] without any filter the runtime role sees the rows of its transaction’s tenant only, in every table', async () => {
  const [mine, theirs] = [await fixture.cafe(), await fixture.cafe()];
  await sellOn(mine);
  await sellOn(theirs);
  await fixture.db.read(mine.tenantId, async (tx) => {
    const tables = await tenantTables(tx);
    expect(tables.length).toBeGreaterThan(25);
    for (const table of tables) {
      const rows = await tx.query<{ tenant: string }>(`SELECT DISTINCT tenant_id::text AS tenant FROM ${table}`);
      expect([table, rows.filter(({ tenant }) => tenant !== mine.tenantId)]).toEqual([table, []]);
    }
    expect(await tx.query('SELECT sale_id FROM sale')).toHaveLength(1);
  });
  // The rows are there: the owner of the server, whom no policy binds, sees both tenants'.
  const owner = postgres(fixture.admin.url, { max: 1 });
  const both = await owner`SELECT DISTINCT tenant_id FROM sale WHERE tenant_id IN (${mine.tenantId}, ${theirs.tenantId})`;
  await owner.end();
  expect(both).toHaveLength(2);
});

test('[A4] without a tenant the runtime role sees nothing, in every table', async () => {
  await sellOn(await fixture.cafe());
  await fixture.db.global(async (tx) => {
    for (const table of await tenantTables(tx)) {
      expect([table, await tx.query(`SELECT tenant_id FROM ${table} LIMIT 1`)]).toEqual([table, []]);
    }
  });
});

test('[A4] a transaction of one tenant can neither change nor add a row of another', async () => {
  const [mine, theirs] = [await fixture.cafe(), await fixture.cafe()];
  await sellOn(theirs);
  const before = await contentsOf(fixture.db, theirs.tenantId);
  const inMine = (text: string) => fixture.db.transaction(mine.tenantId, (tx) => tx.execute(text, [theirs.tenantId]));
  expect(await inMine(`UPDATE device SET last_settled_seq = 99 WHERE tenant_id = $1`)).toBe(0);
  expect(await inMine(`UPDATE sale SET status = 'VOIDED' WHERE tenant_id = $1`)).toBe(0);
  expect(await inMine(`DELETE FROM feed_entry WHERE tenant_id = $1`)).toBe(0);
  await expect(inMine(`INSERT INTO branch (tenant_id, branch_id, name) VALUES ($1, '${randomUUID()}', 'intruder')`)).rejects.toMatchObject({ code: '42501' });
  await expect(
    fixture.db.transaction(mine.tenantId, (tx) => tx.execute('UPDATE branch SET tenant_id = $1', [theirs.tenantId])),
  ).rejects.toMatchObject({ code: '42501' });
  expect(await contentsOf(fixture.db, theirs.tenantId)).toEqual(before);
});

test('[A4] a service that lost every tenant filter of its statements answers and writes the same: the database holds the wall', async () => {
  const [mine, theirs, twin] = [await fixture.cafe(), await fixture.cafe(), await fixture.cafe()];
  let stripped = () => 0;
  const careless = await fixture.secondNode({
    wrap: (db) => {
      const unfiltered = withoutTenantFilter(db);
      ({ stripped } = unfiltered);
      return unfiltered.db;
    },
  });
  await sellOn(theirs);
  const before = await contentsOf(fixture.db, theirs.tenantId);
  // What the healthy service does in one tenant, the careless one does in another.
  const healthy = await sellOn(twin);
  const answers = await sellOn(mine, careless);
  const withoutIds = (results: typeof answers) => results.map((result) => ({ ...result, clientOpId: null }));
  expect(withoutIds(answers)).toEqual(withoutIds(healthy));
  const call = { clientOpId: parseClientOpId(randomUUID())!, branchId: mine.branchId, actorId: mine.ownerId, dependsOn: [] };
  const upserted = await careless.direct(mine.tills[0]!.session, {
    ...call,
    type: 'menu.upsertItem',
    payload: { menuItemId: 'coffee', name: 'Iced coffee', category: null, priceMinor: 250, stockItemId: 'beans' },
  });
  expect(upserted).toMatchObject({ status: 'SYNCED', duplicate: false });
  const held = await hydrate(careless, mine.tills[0]!);
  expect([...held.entities]).toEqual([...(await hydrate(fixture.engine, mine.tills[0]!)).entities]);
  const ids = answers.map(({ clientOpId }) => parseClientOpId(clientOpId)!);
  expect(await careless.outcomes(mine.tills[0]!.session, ids)).toEqual(answers.map((answer) => ({ ...answer, duplicate: true })));
  expect(stripped()).toBeGreaterThan(30);
  expect(await contentsOf(fixture.db, theirs.tenantId)).toEqual(before);
  for (const { tenantId } of [mine, theirs, twin]) expect(await brokenInvariants(fixture.db, tenantId)).toEqual([]);
});
