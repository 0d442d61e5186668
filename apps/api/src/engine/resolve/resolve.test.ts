import { randomUUID } from 'node:crypto';
import { parseClientOpId, type ActorId, type BranchId, type JsonObject } from '@modula/sync-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { brokenInvariants } from '../../faults/testing/invariants.ts';
import { setActorStatus } from '../../admin/freeze/set-status.ts';
import { secretHash } from '../../admin/secrets/token.ts';
import { saleOf } from '../../modules/testing/sale-payload.ts';
import type { Engine } from '../engine.ts';
import type { ActorSession } from '../session.ts';
import { hydrate, push, startEngineFixture, type Cafe, type EngineFixture } from '../testing/engine-fixture.ts';

let fixture: EngineFixture;
let other: Engine;
beforeAll(async () => {
  fixture = await startEngineFixture();
  other = await fixture.secondNode();
});
afterAll(() => fixture.close());

const act = (operator: string) => ({ operator, reason: `${operator} saw to it`, withDependents: false });

/** A cash sale that failed because its drawer was not open, and would succeed now. */
async function failedSale({ tills }: Cafe) {
  const till = tills[0]!;
  const sale = till.operation('sale.finalize', { ...saleOf({ saleId: randomUUID(), cashSessionId: 'drawer' }) });
  const [refused] = await push(fixture.engine, till, [sale]);
  expect(refused).toMatchObject({ status: 'FAILED', failure: { code: 'sale.CASH_SESSION_NOT_OPEN' } });
  await push(fixture.engine, till, [till.operation('cashSession.open', { cashSessionId: 'drawer', openingFloatMinor: 0 })]);
  return { till, sale };
}

async function actsOn({ tenantId }: Cafe, clientOpId: string): Promise<{ action: string; attempts: number; attempt: number }> {
  const [row] = await fixture.db.read(tenantId, (tx) =>
    tx.query<{ action: string; attempts: number; attempt: number }>(
      `SELECT (SELECT string_agg(a.action, ' ') FROM audit_entry AS a WHERE a.tenant_id = $1 AND a.client_op_id = $2 AND a.operator IS NOT NULL) AS action,
              (SELECT count(*) FROM operation_attempt AS t WHERE t.tenant_id = $1 AND t.client_op_id = $2) AS attempts, o.attempt
         FROM operation AS o WHERE o.tenant_id = $1 AND o.client_op_id = $2`,
      [tenantId, clientOpId],
    ),
  );
  return row!;
}

const toldOf = async ({ tills }: Cafe) => (await hydrate(fixture.engine, tills[0]!, { scopes: ['sync.*'] })).changes;

test('[A5] two operators who retry at once on two nodes: one attempt, one audit row, one change, one answer', async () => {
  const cafe = await fixture.cafe();
  const { till, sale } = await failedSale(cafe);
  const head = (await hydrate(fixture.engine, till)).head;
  const retry = (engine: Engine, operator: string) => engine.retry(cafe.tenantId, sale.clientOpId, act(operator));
  const answers = await Promise.all([retry(fixture.engine, 'vanna'), retry(other, 'sok'), retry(fixture.engine, 'dara'), retry(other, 'chan')]);
  const [first] = answers.flat().filter(({ duplicate }) => !duplicate);
  expect(first).toMatchObject({ status: 'SYNCED' });
  for (const answer of answers.flat()) expect({ ...answer, duplicate: false }).toEqual(first);
  expect(answers.flat().filter(({ duplicate }) => duplicate)).toHaveLength(3);
  expect(await actsOn(cafe, sale.clientOpId)).toEqual({ action: 'operation.retry', attempts: 1, attempt: 2 });
  expect((await toldOf(cafe)).map(({ payload }) => payload)).toMatchObject([{ clientOpId: sale.clientOpId, status: 'SYNCED', resolution: 'RETRIED', attempt: 2 }]);
  // The sale, and the word of it.
  expect((await hydrate(fixture.engine, till)).head).toBe(head + 2);
  expect(await brokenInvariants(fixture.db, cafe.tenantId)).toEqual([]);
});

test('[A5] one retries while another waives: whoever came first stands, and the other is told', async () => {
  for (let round = 0; round < 6; round += 1) {
    const cafe = await fixture.cafe();
    const { sale } = await failedSale(cafe);
    const [retried, waived] = await Promise.allSettled([
      fixture.engine.retry(cafe.tenantId, sale.clientOpId, act('vanna')),
      other.waive(cafe.tenantId, sale.clientOpId, act('sok')),
    ]);
    const { action } = await actsOn(cafe, sale.clientOpId);
    expect({ action, retried, waived }).toMatchObject(
      action === 'operation.retry'
        ? { retried: { value: [{ status: 'SYNCED', duplicate: false }] }, waived: { reason: { code: 'CONFLICT' } } }
        : {
            action: 'operation.waive',
            waived: { value: { failure: { code: 'WAIVED' }, duplicate: false } },
            retried: { value: [{ failure: { code: 'WAIVED' }, duplicate: true }] },
          },
    );
    expect(await toldOf(cafe)).toHaveLength(1);
    expect(await brokenInvariants(fixture.db, cafe.tenantId)).toEqual([]);
  }
});

test('[A5] waived and then retried: nothing happens, and the answer says why', async () => {
  const cafe = await fixture.cafe();
  const { till, sale } = await failedSale(cafe);
  const waived = await fixture.engine.waive(cafe.tenantId, sale.clientOpId, act('vanna'));
  expect(waived).toMatchObject({ status: 'FAILED', failure: { code: 'WAIVED', details: { code: 'sale.CASH_SESSION_NOT_OPEN', reason: 'vanna saw to it' } } });
  const before = await hydrate(fixture.engine, till);
  expect(await fixture.engine.retry(cafe.tenantId, sale.clientOpId, act('sok'))).toEqual([{ ...waived, duplicate: true }]);
  expect(await fixture.engine.waive(cafe.tenantId, sale.clientOpId, act('sok'))).toEqual({ ...waived, duplicate: true });
  expect(await hydrate(fixture.engine, till)).toEqual(before);
  expect(await actsOn(cafe, sale.clientOpId)).toEqual({ action: 'operation.waive', attempts: 1, attempt: 2 });
});

/** Refused for want of a right that the actor is given afterwards. */
async function failedEdit(cafe: Cafe, branchId: BranchId | null) {
  const { tenantId, cashierId } = cafe;
  const clientOpId = parseClientOpId(randomUUID())!;
  const payload: JsonObject = { menuItemId: 'latte', name: 'Latte', category: null, priceMinor: 300 };
  const session = await actorSession(cafe, cashierId);
  const refused = await fixture.engine.direct(session, { type: 'menu.upsertItem', clientOpId, branchId, actorId: cashierId, payload, dependsOn: [] });
  expect(refused).toMatchObject({ status: 'FAILED', failure: { code: 'PERMISSION_DENIED' } });
  await fixture.db.transaction(tenantId, (tx) => tx.execute(`UPDATE actor SET role = 'MANAGER' WHERE tenant_id = $1 AND actor_id = $2`, [tenantId, cashierId]));
  return clientOpId;
}

async function actorSession({ tenantId }: Cafe, actorId: ActorId): Promise<ActorSession> {
  const tokenHash = secretHash(`mat_${randomUUID()}`);
  await fixture.db.transaction(tenantId, (tx) =>
    tx.execute(`UPDATE actor SET token_hashes = array_append(token_hashes, $3) WHERE tenant_id = $1 AND actor_id = $2`, [tenantId, actorId, tokenHash]),
  );
  return { kind: 'actor', tenantId, actorId, tokenHash };
}

test('[A5][F1] a tenant-wide operation of a branch: its change reaches all, and the word of it follows in its own stream', async () => {
  const cafe = await fixture.cafe();
  const clientOpId = await failedEdit(cafe, cafe.branchId);
  const { head } = await hydrate(fixture.engine, cafe.tills[0]!);
  const [retried] = await fixture.engine.retry(cafe.tenantId, clientOpId, act('vanna'));
  expect(retried).toMatchObject({ status: 'SYNCED', streamSeq: head + 1 });
  const after = await hydrate(fixture.engine, cafe.tills[0]!);
  expect(after.changes.filter(({ seq }) => seq > head).map(({ seq, entityKind, entityId }) => [seq, entityKind, entityId])).toEqual([
    [head + 1, 'menu.item', 'latte'],
    [head + 2, 'sync.operation', clientOpId],
  ]);
  expect(await brokenInvariants(fixture.db, cafe.tenantId)).toEqual([]);
});

test('[A5] a tenant-wide operation without a branch is retried too; there is no stream to tell', async () => {
  const cafe = await fixture.cafe();
  const clientOpId = await failedEdit(cafe, null);
  expect(await fixture.engine.retry(cafe.tenantId, clientOpId, act('vanna'))).toMatchObject([{ status: 'SYNCED' }]);
  expect((await hydrate(fixture.engine, cafe.tills[0]!)).entities.has('menu.item latte')).toBe(true);
  expect(await toldOf(cafe)).toEqual([]);
  expect(await actsOn(cafe, clientOpId)).toEqual({ action: 'operation.retry', attempts: 1, attempt: 2 });
});

test('[A5][A6] a retry that fails again is a new attempt, and the till hears of the new failure', async () => {
  const cafe = await fixture.cafe();
  const { sale } = await failedSale(cafe);
  const revoked = { tenantId: cafe.tenantId, actorId: cafe.ownerId, status: 'REVOKED', operator: 'test', reason: 'left' } as const;
  await setActorStatus(fixture.db, revoked, fixture.admin.ports);
  expect(await fixture.engine.retry(cafe.tenantId, sale.clientOpId, act('vanna'))).toMatchObject([{ status: 'FAILED', failure: { code: 'ACTOR_UNKNOWN' } }]);
  expect(await fixture.engine.retry(cafe.tenantId, sale.clientOpId, act('vanna'))).toMatchObject([{ failure: { code: 'ACTOR_UNKNOWN' }, duplicate: false }]);
  expect(await actsOn(cafe, sale.clientOpId)).toEqual({ action: 'operation.retry operation.retry', attempts: 2, attempt: 3 });
  const { entities } = await hydrate(fixture.engine, cafe.tills[0]!, { scopes: ['sync.*'] });
  expect([...entities.values()].map(({ payload }) => payload)).toMatchObject([{ attempt: 3, failure: { code: 'ACTOR_UNKNOWN' } }]);
});
