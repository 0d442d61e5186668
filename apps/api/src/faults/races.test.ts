import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../engine/engine.ts';
import { startEngineFixture, type EngineFixture } from '../engine/testing/engine-fixture.ts';
import { saleOf } from '../modules/testing/sale-payload.ts';
import { barrier } from './testing/barrier.ts';
import { engineTill } from './testing/engine-till.ts';
import { createFaults } from './testing/faulty-database.ts';
import { brokenInvariants, effectsOf } from './testing/invariants.ts';
import { openDrawer, provisionBranches } from './testing/wire-till.ts';

const faults = createFaults();
let fixture: EngineFixture;
let nodes: readonly [Engine, Engine];

beforeAll(async () => {
  fixture = await startEngineFixture();
  const wrap = (db: EngineFixture['db']) => faults.wrap(db);
  nodes = [await fixture.secondNode({ wrap }), await fixture.secondNode({ wrap })];
});
afterEach(() => faults.heal());
afterAll(() => fixture.close());

/** Two tills of two branches, whose streams no lock brings into an order. */
async function twoTills() {
  const [left, right] = await provisionBranches(fixture.admin.url, [1, 1]);
  return { tenantId: left!.tenantId, left: engineTill(left!), right: engineTill(right!) };
}

/** Both transactions have judged and sent everything before either commits. */
const meetBeforeCommit = (): void => {
  faults.beforeCommit = barrier(2);
};

test('[G1][G3] one id from two tills of two branches at once: one takes effect, the other is told that it is used', async () => {
  const { tenantId, left, right } = await twoTills();
  const clientOpId = randomUUID();
  meetBeforeCommit();
  const [[first], [second]] = await Promise.all([
    left.pushTo(nodes[0], [left.operation('cashSession.open', openDrawer(), { clientOpId })]),
    right.pushTo(nodes[1], [right.operation('attendance.startWork', { workId: 'work' }, { clientOpId })]),
  ]);
  const results = [first!, second!];
  expect(results.map(({ status }) => status).sort()).toEqual(['FAILED', 'SYNCED']);
  expect(results.find(({ status }) => status === 'FAILED')?.failure?.code).toBe('CLIENT_OP_ID_REUSED');
  expect(await effectsOf(fixture.db, tenantId, clientOpId)).toEqual({ operations: 1, audits: 1, changes: 1 });
  expect(await brokenInvariants(fixture.db, tenantId)).toEqual([]);
});

test('[M4] one sale id from two branches at once: one sale, the other is told that it exists', async () => {
  const { tenantId, left, right } = await twoTills();
  const saleId = randomUUID();
  const sell = async (till: typeof left, node: Engine) => {
    const drawer = openDrawer();
    return till.pushTo(node, [
      till.operation('cashSession.open', drawer),
      till.operation('sale.finalize', { ...saleOf({ saleId, cashSessionId: drawer.cashSessionId }) }),
    ]);
  };
  meetBeforeCommit();
  const batches = await Promise.all([sell(left, nodes[0]), sell(right, nodes[1])]);
  for (const [opened] of batches) expect(opened).toMatchObject({ status: 'SYNCED' });
  const sales = batches.map(([, sale]) => sale!);
  expect(sales.map(({ status }) => status).sort()).toEqual(['FAILED', 'SYNCED']);
  expect(sales.find(({ status }) => status === 'FAILED')?.failure?.code).toBe('sale.ALREADY_EXISTS');
  expect(await brokenInvariants(fixture.db, tenantId)).toEqual([]);
});

test('[G1][G3] one id over both lanes at once, in two branches: one takes effect', async () => {
  const { tenantId, left, right } = await twoTills();
  const opening = left.operation('cashSession.open', openDrawer());
  meetBeforeCommit();
  const [[replayed], called] = await Promise.all([
    left.pushTo(nodes[0], [opening]),
    nodes[1].direct(right.session, {
      type: 'inventory.restock',
      clientOpId: opening.clientOpId as Parameters<Engine['direct']>[1]['clientOpId'],
      branchId: right.session.branchId,
      actorId: opening.actorId as Parameters<Engine['direct']>[1]['actorId'],
      payload: { movementId: 'm', stockItemId: 'beans', quantity: 1, reason: 'delivery' },
      dependsOn: [],
    }),
  ]);
  expect([replayed!.status, called.status].sort()).toEqual(['FAILED', 'SYNCED']);
  expect((await effectsOf(fixture.db, tenantId, opening.clientOpId)).operations).toBe(1);
  expect(await brokenInvariants(fixture.db, tenantId)).toEqual([]);
});

test('[G1][O1] two tills of one branch on two nodes, both full of sales: all of them once, the stream gapless', async () => {
  const [branch] = await provisionBranches(fixture.admin.url, [2]);
  const tills = [engineTill(branch!, 0), engineTill(branch!, 1)];
  const pushed = await Promise.all(
    tills.flatMap((till, turn) => {
      const drawer = openDrawer();
      const batch = [
        till.operation('cashSession.open', drawer),
        ...Array.from({ length: 30 }, () => till.operation('sale.finalize', { ...saleOf({ saleId: randomUUID(), cashSessionId: drawer.cashSessionId }) })),
      ];
      // The same batch twice at once, through both nodes: an impatient client.
      return [till.pushTo(nodes[turn]!, batch), till.pushTo(nodes[1 - turn]!, batch)];
    }),
  );
  for (const results of pushed) for (const result of results) expect(result).toMatchObject({ status: 'SYNCED', failure: null });
  expect(pushed.flat().filter(({ duplicate }) => !duplicate)).toHaveLength(62);
  expect(await brokenInvariants(fixture.db, branch!.tenantId)).toEqual([]);
});
