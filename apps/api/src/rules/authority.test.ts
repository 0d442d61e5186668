import { randomUUID } from 'node:crypto';
import type { OfflineOperation, OperationResult } from '@modula/sync-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { provisionSpec } from '../testing/index.ts';
import { post } from './testing/http.ts';
import { anyText, arrayWith, objectWith, textLike } from './testing/matchers.ts';
import { salePayload } from './testing/payloads.ts';
import { startWorld, type Cafe, type World } from './testing/world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const codeOf = ({ status, failure }: OperationResult) => failure?.code ?? status;

describe('each check by itself', () => {
  let cafe: Cafe;
  beforeAll(async () => {
    cafe = await world.cafe();
  });

  const wrong: [code: string, make: (cafe: Cafe) => OfflineOperation][] = [
    ['TENANT_MISMATCH', ({ till }) => till.sale({ tenantId: randomUUID() })],
    ['DEVICE_MISMATCH', ({ till, perBranch }) => till.sale({ deviceId: perBranch[1]!.identity.deviceId })],
    ['OPERATION_TYPE_UNKNOWN', ({ till }) => till.sale({ type: 'sale.unheardOf' })],
    ['OPERATION_TYPE_UNKNOWN', ({ till }) => till.sale({ type: 'constructor' })],
    ['OPERATION_VERSION_UNSUPPORTED', ({ till }) => till.sale({ version: 2 })],
    ['OPERATION_NOT_REPLAYABLE', ({ till }) => till.op('sale.void', { saleId: 'x', reason: 'y' })],
    ['OPERATION_NOT_REPLAYABLE', ({ till }) => till.op('menu.removeItem', { menuItemId: 'x' }, { branchId: null })],
    ['BRANCH_REQUIRED', ({ till }) => till.sale({ branchId: null })],
    ['BRANCH_MISMATCH', ({ till, branchIds }) => till.sale({ branchId: branchIds[1]! })],
    ['BRANCH_MISMATCH', ({ till }) => till.sale({ branchId: randomUUID() })],
    ['ACTOR_UNKNOWN', ({ till }) => till.sale({ actorId: randomUUID() })],
    ['ACTOR_NOT_ON_DEVICE', ({ till, actors }) => till.sale({ actorId: actors.Vibol.actorId })],
    ['PERMISSION_DENIED', ({ till, actors }) => till.sale({ actorId: actors.Rith.actorId })],
    ['PAYLOAD_INVALID', ({ till }) => till.op('sale.finalize', { ...salePayload(), lines: [] })],
    ['sale.CASH_SESSION_NOT_OPEN', ({ till }) => till.op('sale.finalize', salePayload({ method: 'CASH' }))],
  ];

  test.each(wrong)('[A1] %s (%#)', async (code, make) => {
    const [result, fine] = await cafe.till.push([make(cafe), cafe.till.sale()]);
    expect(result).toMatchObject({ status: 'FAILED', duplicate: false, result: null, streamSeq: null, failure: { code, message: anyText } });
    expect(fine!.status).toBe('SYNCED');
  });

  test('[A1] what a cashier may and may not do', async () => {
    const { actorId } = cafe.actors.Sophea;
    const { till } = cafe;
    const as = { actorId };
    const results = await till.push([
      till.op('cashSession.open', { cashSessionId: 'sophea', openingFloatMinor: 0 }, as),
      till.op('sale.finalize', salePayload({ method: 'CASH', cashSessionId: 'sophea' }), as),
      till.op('cashSession.movement', { movementId: 'm', cashSessionId: 'sophea', kind: 'PAID_IN', amountMinor: 1, reason: 'r' }, as),
      till.op('attendance.startWork', { workId: 'w' }, as),
      till.op('attendance.endWork', { workId: 'w' }, as),
      till.op('cashSession.close', { cashSessionId: 'sophea', countedMinor: 500 }, as),
    ]);
    expect(results.map(codeOf)).toEqual(['SYNCED', 'SYNCED', 'PERMISSION_DENIED', 'SYNCED', 'SYNCED', 'SYNCED']);
    const denied: [type: string, payload: object][] = [
      ['sale.void', { saleId: 'x', reason: 'y' }],
      ['inventory.restock', { movementId: 'a', stockItemId: 'b', quantity: 1, reason: 'r' }],
      ['inventory.adjust', { movementId: 'a', stockItemId: 'b', quantity: 1, reason: 'r' }],
      ['menu.upsertItem', { menuItemId: 'a', name: 'b', category: null, priceMinor: 1 }],
      ['policy.update', { saleVatEnabled: true }],
      ['discount.remove', { discountId: 'd' }],
    ];
    for (const [type, payload] of denied) {
      const answer = await till.direct(type, payload, as);
      expect([type, answer.status, answer.sync?.code]).toEqual([type, 403, 'PERMISSION_DENIED']);
    }
  });

  test('[A1] [5] a manager does everything in its branches, and edits no policy elsewhere', async () => {
    const { actorToken, actorId } = cafe.actors.Mony;
    const call = (type: string, branchId: string | null, payload: object) =>
      post(world.urls[0]!, type, { token: actorToken, body: { clientOpId: randomUUID(), branchId, payload, actorId } });
    expect((await call('policy.update', cafe.branchId, { saleVatEnabled: true })).status).toBe(200);
    expect((await call('menu.upsertItem', null, { menuItemId: 'tea', name: 'Tea', category: null, priceMinor: 1 })).status).toBe(200);
    expect((await call('policy.update', cafe.branchIds[1]!, { saleVatEnabled: true })).sync?.code).toBe('PERMISSION_DENIED');
    expect((await call('inventory.restock', cafe.branchIds[1]!, { movementId: 'a', stockItemId: 'b', quantity: 1, reason: 'r' })).sync?.code).toBe(
      'PERMISSION_DENIED',
    );
    // In another one's name an actor's token does nothing at all.
    const other = await post(world.urls[0]!, 'policy.update', {
      token: actorToken,
      body: { clientOpId: randomUUID(), branchId: cafe.branchId, payload: { saleVatEnabled: true }, actorId: cafe.actors.Dara.actorId },
    });
    expect(other.sync?.code).toBe('FORBIDDEN');
  });

  test('[A1] PAYLOAD_INVALID names each path', async () => {
    const { failure } = await cafe.till.pushOne(cafe.till.op('sale.finalize', { ...salePayload(), saleType: 'GIFT', more: 1 }));
    expect(failure!.details!['issues']).toEqual(arrayWith(objectWith({ path: 'saleType' })));
  });

  test('[A1] once signed in is enough: an actor who signed out still replays what was captured', async () => {
    const own = await world.cafe();
    const answer = await post(own.till.url(), 'device.signOut', { token: own.till.identity.token, body: { actorId: own.actors.Sophea.actorId } });
    expect(answer.status).toBe(200);
    expect((await own.till.pushOne(own.till.sale({ actorId: own.actors.Sophea.actorId }))).status).toBe('SYNCED');
  });
});

test('[A1] the order of the checks: of all that is wrong the earliest is told', async () => {
  const cafe = await world.cafe();
  const { till, actors, branchId } = cafe;
  const bad = { wrong: true };
  const told = async (type: string, changes: Partial<OfflineOperation>) => codeOf(await till.pushOne(till.op(type, bad, changes)));
  const nobody = randomUUID();
  await cafe.setStatus({ of: 'tenant', status: 'FROZEN' });
  await cafe.setStatus({ of: 'branch', branchId, status: 'FROZEN' });

  expect(await told('no.such', { tenantId: randomUUID(), version: 9, branchId: null, actorId: nobody })).toBe('TENANT_MISMATCH');
  expect(await told('no.such', { version: 9, branchId: null, actorId: nobody })).toBe('OPERATION_TYPE_UNKNOWN');
  expect(await told('sale.void', { version: 9, branchId: null, actorId: nobody })).toBe('OPERATION_VERSION_UNSUPPORTED');
  expect(await told('sale.void', { branchId: null, actorId: nobody })).toBe('OPERATION_NOT_REPLAYABLE');
  expect(await told('sale.void', { branchId: cafe.branchIds[1]!, actorId: nobody })).toBe('OPERATION_NOT_REPLAYABLE');
  expect(await told('sale.finalize', { branchId: null, actorId: nobody })).toBe('BRANCH_REQUIRED');
  expect(await told('sale.finalize', { branchId: cafe.branchIds[1]!, actorId: nobody })).toBe('BRANCH_MISMATCH');
  expect(await told('sale.finalize', { actorId: nobody })).toBe('TENANT_FROZEN');
  expect(await told('cashSession.movement', { actorId: actors.Sophea.actorId })).toBe('TENANT_FROZEN');
  await cafe.setStatus({ of: 'tenant', status: 'ACTIVE' });
  expect(await told('sale.finalize', { actorId: nobody })).toBe('BRANCH_FROZEN');
  expect(await told('cashSession.movement', { actorId: actors.Sophea.actorId })).toBe('BRANCH_FROZEN');
  await cafe.setStatus({ of: 'branch', branchId, status: 'ARCHIVED' });
  expect(await told('sale.finalize', { actorId: nobody })).toBe('BRANCH_ARCHIVED');
  await cafe.setStatus({ of: 'branch', branchId, status: 'ACTIVE' });
  expect(await told('cashSession.movement', { actorId: nobody })).toBe('ACTOR_UNKNOWN');
  expect(await told('cashSession.movement', { actorId: actors.Vibol.actorId })).toBe('ACTOR_NOT_ON_DEVICE');
  await cafe.setStatus({ of: 'actor', actorId: actors.Vibol.actorId, status: 'REVOKED' });
  expect(await told('cashSession.movement', { actorId: actors.Vibol.actorId })).toBe('ACTOR_UNKNOWN');
  expect(await told('cashSession.movement', { actorId: actors.Sophea.actorId })).toBe('PERMISSION_DENIED');
  expect(await told('sale.finalize', { actorId: actors.Rith.actorId })).toBe('PERMISSION_DENIED');
  expect(await told('sale.finalize', {})).toBe('PAYLOAD_INVALID');
  expect(codeOf(await till.pushOne(till.op('sale.finalize', salePayload({ method: 'CASH' }))))).toBe('sale.CASH_SESSION_NOT_OPEN');
});

test('[A1] the direct lane is checked in the same order, but takes what cannot be replayed', async () => {
  const cafe = await world.cafe();
  const { till, actors, branchId } = cafe;
  const told = async (changes: object) => (await till.direct('sale.void', { wrong: true }, changes)).sync?.code;
  await cafe.setStatus({ of: 'tenant', status: 'FROZEN' });
  await cafe.setStatus({ of: 'branch', branchId, status: 'FROZEN' });
  expect(await told({ branchId: null, actorId: actors.Sophea.actorId })).toBe('BRANCH_REQUIRED');
  expect(await told({ branchId: cafe.branchIds[1], actorId: actors.Sophea.actorId })).toBe('BRANCH_MISMATCH');
  expect(await told({ actorId: actors.Sophea.actorId })).toBe('TENANT_FROZEN');
  await cafe.setStatus({ of: 'tenant', status: 'ACTIVE' });
  expect(await told({ actorId: actors.Sophea.actorId })).toBe('BRANCH_FROZEN');
  await cafe.setStatus({ of: 'branch', branchId, status: 'ACTIVE' });
  expect(await told({ actorId: randomUUID() })).toBe('ACTOR_UNKNOWN');
  expect(await told({ actorId: actors.Vibol.actorId })).toBe('ACTOR_NOT_ON_DEVICE');
  expect(await told({ actorId: actors.Sophea.actorId })).toBe('PERMISSION_DENIED');
  expect(await told({})).toBe('PAYLOAD_INVALID');
  expect((await till.direct('sale.void', { saleId: 'none', reason: 'r' })).sync?.code).toBe('sale.NOT_FOUND');
});

test('[A1] a till of a frozen or archived branch edits nothing tenant-wide either, whether it names its branch or not', async () => {
  const cafe = await world.cafe();
  const { till, branchId } = cafe;
  const item = { menuItemId: 'tea', name: 'Tea', category: null, priceMinor: 1 };
  for (const [status, code] of [['FROZEN', 'BRANCH_FROZEN'], ['ARCHIVED', 'BRANCH_ARCHIVED']] as const) {
    await cafe.setStatus({ of: 'branch', branchId, status });
    for (const named of [branchId, null]) {
      expect([named, (await till.direct('menu.upsertItem', item, { branchId: named })).sync?.code]).toEqual([named, code]);
    }
  }
  // Its owner does, from anywhere else.
  const body = { clientOpId: randomUUID(), branchId: null, payload: item };
  expect((await post(world.urls[0]!, 'menu.upsertItem', { token: cafe.actors.Dara.actorToken, body })).status).toBe(200);
});

test('[A2] the tenant and device checks come before a stored outcome, everything else after it', async () => {
  const cafe = await world.cafe({ tills: 2 });
  const [till, other] = [cafe.tills[0]!, cafe.tills[1]!];
  const operation = till.sale();
  const first = await till.pushOne(operation);
  expect(codeOf(await till.pushOne({ ...operation, tenantId: randomUUID() }))).toBe('TENANT_MISMATCH');
  expect(codeOf(await other.pushOne(operation))).toBe('DEVICE_MISMATCH');
  // A frozen branch does not hide it, and neither does its place in the order or a dependency that is no more.
  await cafe.setStatus({ of: 'branch', branchId: cafe.branchId, status: 'FROZEN' });
  expect(await till.pushOne({ ...operation, deviceSeq: 1, dependsOn: [randomUUID()] })).toEqual({ ...first, duplicate: true });
  await cafe.setStatus({ of: 'device', deviceId: till.identity.deviceId, status: 'REVOKED' });
  expect([(await till.tryPush([operation])).status, (await till.tryPush([operation], 1)).sync?.code]).toEqual([401, 'UNAUTHORIZED']);
});

test('[A3] a revocation between two operations of one batch: those before it stand, those after it fail', async () => {
  const cafe = await world.cafe();
  const { till, actors } = cafe;
  const { actorId } = actors.Sophea;
  // Each batch is longer than one transaction of the service, and the revocation arrives while it runs.
  const operations = Array.from({ length: 200 }, () => till.sale({ actorId }));
  const pushing = till.push(operations);
  const revoking = cafe.setStatus({ of: 'actor', actorId, status: 'REVOKED' });
  const codes = (await pushing).map(codeOf);
  await revoking;
  const turn = codes.includes('ACTOR_UNKNOWN') ? codes.indexOf('ACTOR_UNKNOWN') : codes.length;
  expect(new Set(codes.slice(0, turn))).toEqual(new Set(turn === 0 ? [] : ['SYNCED']));
  expect(new Set(codes.slice(turn))).toEqual(new Set(turn === codes.length ? [] : ['ACTOR_UNKNOWN']));
  expect(codeOf(await till.pushOne(till.sale({ actorId }), 1))).toBe('ACTOR_UNKNOWN');
});

describe('two businesses', () => {
  test('[A4] neither reads nor writes the other’s, through any procedure', async () => {
    const [mine, theirs] = [await world.cafe(), await world.cafe()];
    const secret = theirs.till.sale();
    await theirs.till.push([secret]);
    expect((await mine.till.tryPull({ branchId: theirs.branchId })).sync?.code).toBe('FORBIDDEN');
    const { cursor } = await theirs.till.pull();
    expect((await mine.till.tryPull({ cursor })).sync).toMatchObject({ code: 'RESET_REQUIRED', reason: 'CURSOR_STREAM_MISMATCH' });
    expect((await mine.till.outcomes([secret.clientOpId])).data.results).toEqual([]);
    expect(codeOf(await mine.till.pushOne({ ...secret }))).toBe('TENANT_MISMATCH');
    // The id of one business means nothing in the other.
    expect(await mine.till.pushOne(mine.till.sale({ clientOpId: secret.clientOpId }))).toMatchObject({ status: 'SYNCED', duplicate: false });
    expect((await theirs.till.outcomes([secret.clientOpId])).data.results).toHaveLength(1);

    for (const actor of [mine.actors.Dara, mine.actors.Mony]) {
      const answer = await post(world.urls[0]!, 'policy.update', {
        token: actor.actorToken,
        body: { clientOpId: randomUUID(), branchId: theirs.branchId, payload: { saleVatEnabled: true } },
      });
      expect([answer.status, answer.sync?.code]).toEqual([403, textLike(/FORBIDDEN|PERMISSION_DENIED/)]);
    }
    expect((await mine.till.direct('policy.update', { saleVatEnabled: true }, { branchId: theirs.branchId })).sync?.code).toBe('BRANCH_MISMATCH');
    expect((await mine.till.direct('sale.finalize', salePayload(), { actorId: theirs.actors.Dara.actorId })).sync?.code).toBe('ACTOR_UNKNOWN');
    const signIn = await post(world.urls[0]!, 'device.signIn', {
      token: mine.till.identity.token,
      body: { actorId: theirs.actors.Dara.actorId, pin: '1' },
    });
    expect(signIn.status).toBe(403);
    expect(await theirs.rows('branch_policy')).toEqual([]);
    expect((await theirs.till.hydrate()).ids('sale.sale')).toHaveLength(1);
  });

  test('[A4] the database refuses it a second time, in every table that belongs to a tenant', async () => {
    const [mine, theirs] = [await world.cafe(), await world.cafe()];
    await theirs.till.push([theirs.till.sale()]);
    const tables = await world.db.read(mine.tenantId, (tx) =>
      tx.query<{ name: string }>(
        `SELECT c.table_name AS name FROM information_schema.columns AS c JOIN information_schema.tables AS t USING (table_schema, table_name)
          WHERE c.column_name = 'tenant_id' AND c.table_schema = 'public' AND t.table_type = 'BASE TABLE'`,
      ),
    );
    expect(tables.length).toBeGreaterThan(25);
    for (const { name } of tables) {
      const seen = await world.db.read(mine.tenantId, (tx) => tx.query(`SELECT 1 FROM ${name} WHERE tenant_id <> $1`, [mine.tenantId]));
      expect([name, seen.length]).toEqual([name, 0]);
    }
    expect(await world.db.global((tx) => tx.query(`SELECT 1 FROM operation`))).toEqual([]);
    const stolen = world.db.transaction(mine.tenantId, (tx) => tx.execute(`UPDATE sale SET tenant_id = $1`, [mine.tenantId]));
    expect(await stolen).toBe(0);
    await expect(
      world.db.transaction(mine.tenantId, (tx) => tx.execute(`INSERT INTO branch (tenant_id, branch_id, name) VALUES ($1, $2, 'x')`, [theirs.tenantId, randomUUID()])),
    ).rejects.toMatchObject({ code: '42501' });
  });
});

describe('a final outcome', () => {
  const resolution = async (cafe: Cafe, clientOpId: string) => (await cafe.till.hydrate({ moduleScopes: ['sync.*'] })).get('sync.operation', clientOpId);

  test('[A5] a retry runs the stored payload under the original actor, tells the device, and keeps the old outcome', async () => {
    const cafe = await world.cafe();
    const { till, tenantId } = cafe;
    const actorId = cafe.actors.Sophea.actorId;
    const failed = till.op('sale.finalize', salePayload({ method: 'CASH', cashSessionId: 'drawer' }), { actorId });
    expect(codeOf(await till.pushOne(failed))).toBe('sale.CASH_SESSION_NOT_OPEN');
    const reused = till.sale({ clientOpId: failed.clientOpId });
    await till.pushOne(reused);
    await till.pushOne(till.op('cashSession.open', { cashSessionId: 'drawer', openingFloatMinor: 0 }));
    // The till cannot bring it about by itself.
    expect(await till.pushOne(failed)).toMatchObject({ status: 'FAILED', duplicate: true });
    await expect(world.support.console.retry.mutate({ tenantId, clientOpId: failed.clientOpId, reason: '' })).rejects.toMatchObject({
      data: { sync: { code: 'BAD_REQUEST' } },
    });

    const [retried] = await world.support.console.retry.mutate({ tenantId, clientOpId: failed.clientOpId, reason: 'the drawer is open now' });
    expect(retried).toMatchObject({ clientOpId: failed.clientOpId, status: 'SYNCED', failure: null });
    expect(await till.pushOne(failed, 1)).toEqual({ ...retried, duplicate: true });
    const cache = await till.hydrate();
    expect(cache.seen).toContainEqual(objectWith({ entityKind: 'sale.sale', actorId, clientOpId: failed.clientOpId }));
    expect(cache.get('sync.operation', failed.clientOpId)?.payload).toMatchObject({ clientOpId: failed.clientOpId, status: 'SYNCED' });

    const detail = await world.support.console.operation.query({ tenantId, clientOpId: failed.clientOpId });
    expect(detail.operation).toMatchObject({ status: 'SYNCED', attempt: 2, payload: failed.payload });
    const kept = detail.attempts.map(({ kind, reason, outcome }) => ({ kind, reason, code: JSON.stringify(outcome) }));
    expect(kept).toHaveLength(2);
    expect(kept).toContainEqual({ kind: 'REPLACED', reason: 'the drawer is open now', code: textLike('sale.CASH_SESSION_NOT_OPEN') });
    expect(JSON.stringify(detail.attempts.find(({ kind }) => kind === 'REUSED'))).toContain(JSON.stringify(reused.payload['saleId']));
    expect(detail.audit).toContainEqual(objectWith({ action: 'operation.retry', reason: 'the drawer is open now' }));
    // It happened; there is nothing to run again.
    await world.support.console.retry.mutate({ tenantId, clientOpId: failed.clientOpId, reason: 'again' }).catch(() => null);
    expect(await cafe.rows('sale')).toHaveLength(1);
  });

  test('[A5] a retry is judged like any operation: an actor who lost the right stays refused, as a new attempt', async () => {
    const cafe = await world.cafe();
    const { till, tenantId } = cafe;
    const actorId = cafe.actors.Sophea.actorId;
    const failed = till.op('sale.finalize', salePayload({ method: 'CASH' }), { actorId });
    await till.pushOne(failed);
    await cafe.setStatus({ of: 'actor', actorId, status: 'REVOKED' });
    const [retried] = await world.support.console.retry.mutate({ tenantId, clientOpId: failed.clientOpId, reason: 'try' });
    expect(codeOf(retried!)).toBe('ACTOR_UNKNOWN');
    expect((await resolution(cafe, failed.clientOpId))?.payload).toMatchObject({ status: 'FAILED', failure: { code: 'ACTOR_UNKNOWN' } });
    expect((await world.support.console.operation.query({ tenantId, clientOpId: failed.clientOpId })).operation.attempt).toBe(2);
  });

  test('[A5] with its failed dependents, in order, if asked', async () => {
    const cafe = await world.cafe();
    const { till, tenantId } = cafe;
    const root = till.op('sale.finalize', salePayload({ method: 'CASH', cashSessionId: 'drawer' }));
    const child = till.sale({ dependsOn: [root.clientOpId] });
    const grandchild = till.sale({ dependsOn: [child.clientOpId] });
    const last = till.sale({ dependsOn: [root.clientOpId, grandchild.clientOpId] });
    const bystander = till.op('cashSession.close', { cashSessionId: 'none', countedMinor: 0 });
    const chain = [root, child, grandchild, last];
    expect((await till.push([...chain, bystander])).map(codeOf)).toEqual([
      'sale.CASH_SESSION_NOT_OPEN',
      'DEPENDENCY_FAILED',
      'DEPENDENCY_FAILED',
      'DEPENDENCY_FAILED',
      'cashSession.NOT_FOUND',
    ]);
    await till.pushOne(till.op('cashSession.open', { cashSessionId: 'drawer', openingFloatMinor: 0 }));
    const results = await world.support.console.retry.mutate({ tenantId, clientOpId: root.clientOpId, reason: 'opened', withDependents: true });
    expect(Object.fromEntries(results.map((result) => [result.clientOpId, codeOf(result)]))).toEqual(
      Object.fromEntries(chain.map(({ clientOpId }) => [clientOpId, 'SYNCED'])),
    );
    const told = (await till.hydrate({ moduleScopes: ['sync.*'] })).seen;
    expect(new Set(told.map(({ clientOpId }) => clientOpId))).toEqual(new Set(chain.map(({ clientOpId }) => clientOpId)));
    expect((await till.outcomes([bystander.clientOpId])).data.results.map(codeOf)).toEqual(['cashSession.NOT_FOUND']);
  });

  test('[A5] of two people who retry at once on two nodes, one brings it about', async () => {
    const cafe = await world.cafe();
    const failed = cafe.till.op('sale.finalize', salePayload({ method: 'CASH', cashSessionId: 'drawer' }));
    await cafe.till.pushOne(failed);
    await cafe.till.pushOne(cafe.till.op('cashSession.open', { cashSessionId: 'drawer', openingFloatMinor: 0 }));
    const retry = () => world.support.console.retry.mutate({ tenantId: cafe.tenantId, clientOpId: failed.clientOpId, reason: 'r' });
    const results = (await Promise.all([retry(), retry(), retry()])).flat();
    expect(results.map(({ status }) => status)).toEqual(['SYNCED', 'SYNCED', 'SYNCED']);
    expect(results.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(await cafe.rows('sale')).toHaveLength(1);
  });

  test('[A5] a waive says that it will never be applied, and a retry cannot take that back', async () => {
    const cafe = await world.cafe();
    const { till, tenantId } = cafe;
    const failed = till.op('sale.finalize', salePayload({ method: 'CASH', cashSessionId: 'drawer' }));
    const good = till.sale();
    const before = await till.pushOne(failed);
    await till.pushOne(good);
    await expect(world.support.console.waive.mutate({ tenantId, clientOpId: good.clientOpId, reason: 'r' })).rejects.toMatchObject({
      data: { sync: { code: 'CONFLICT' } },
    });
    const waived = await world.support.console.waive.mutate({ tenantId, clientOpId: failed.clientOpId, reason: 'sold by hand' });
    expect(waived).toMatchObject({ status: 'FAILED', streamSeq: null });
    expect(codeOf(waived)).not.toBe(codeOf(before));
    expect(await till.pushOne(failed)).toEqual({ ...waived, duplicate: true });
    expect(await resolution(cafe, failed.clientOpId)).toBeDefined();
    await till.pushOne(till.op('cashSession.open', { cashSessionId: 'drawer', openingFloatMinor: 0 }));
    await world.support.console.retry.mutate({ tenantId, clientOpId: failed.clientOpId, reason: 'r' }).catch(() => null);
    expect((await cafe.rows('sale')).map((row) => row['client_op_id'])).toEqual([good.clientOpId]);
    const { attempts, audit } = await world.support.console.operation.query({ tenantId, clientOpId: failed.clientOpId });
    expect(attempts).toHaveLength(1);
    expect(audit).toContainEqual(objectWith({ action: 'operation.waive', reason: 'sold by hand' }));
  });

  test('[A5] a tenant-wide operation that failed is retried and waived like any other, and its device is told', async () => {
    const cafe = await world.cafe();
    const { till, tenantId } = cafe;
    const ids = [randomUUID(), randomUUID()];
    for (const clientOpId of ids) {
      expect((await till.direct('menu.removeItem', { menuItemId: 'tea' }, { clientOpId })).sync?.code).toBe('menu.NOT_FOUND');
    }
    await till.direct('menu.upsertItem', { menuItemId: 'tea', name: 'Tea', category: null, priceMinor: 1 });
    const [retried] = await world.support.console.retry.mutate({ tenantId, clientOpId: ids[0]!, reason: 'r' });
    expect(retried).toMatchObject({ status: 'SYNCED' });
    await world.support.console.waive.mutate({ tenantId, clientOpId: ids[1]!, reason: 'r' });
    expect((await till.hydrate()).ids('menu.item')).toEqual([]);
    expect((await till.hydrate({ moduleScopes: ['sync.*'] })).ids('sync.operation')).toEqual(ids.toSorted());
  });
});

describe('a status that has committed', () => {
  const facts: [what: string, status: (cafe: Cafe) => Parameters<Cafe['setStatus']>[0], code: string, kind: string][] = [
    ['a frozen branch', ({ branchId }) => ({ of: 'branch', branchId, status: 'FROZEN' }), 'BRANCH_FROZEN', 'context.branch'],
    ['an archived branch', ({ branchId }) => ({ of: 'branch', branchId, status: 'ARCHIVED' }), 'BRANCH_ARCHIVED', 'context.branch'],
    ['a frozen tenant', () => ({ of: 'tenant', status: 'FROZEN' }), 'TENANT_FROZEN', 'context.tenant'],
    ['a revoked actor', ({ actors }) => ({ of: 'actor', actorId: actors.Dara.actorId, status: 'REVOKED' }), 'ACTOR_UNKNOWN', 'context.actor'],
  ];

  test.each(facts)('[A6] %s stops every operation that has not: each is before it in the feed, or FAILED', async (_what, statusOf, code, kind) => {
    const cafe = await world.cafe({ tills: 4, branches: 1 });
    const isStopped = { yes: false };
    const before = (await cafe.till.pull()).head;
    const sellUntilRefused = async (index: number) => {
      const till = cafe.tills[index]!;
      const raced: OperationResult[] = [];
      while (!isStopped.yes) raced.push(...(await till.push([till.sale(), till.sale()], index)));
      // What is sent after the change was answered has no way in.
      const late = await till.push([till.sale(), till.sale()], index);
      return { raced, late };
    };
    const selling = cafe.tills.map((_till, index) => sellUntilRefused(index));
    await expect.poll(async () => (await cafe.rows('sale')).length).toBeGreaterThan(10);
    await cafe.setStatus(statusOf(cafe));
    isStopped.yes = true;
    const sold = await Promise.all(selling);
    const results = sold.flatMap(({ raced }) => raced);
    expect(new Set(sold.flatMap(({ late }) => late).map(codeOf))).toEqual(new Set([code]));

    // An archived branch is not pulled; support reads its stream.
    const feed = await world.support.console.feed.query({ tenantId: cafe.tenantId, branchId: cafe.branchId, fromSeq: before + 1, limit: 500 });
    const turn = feed.entries.find(({ entityKind }) => entityKind === kind)?.seq;
    expect(turn).toBeGreaterThan(0);
    expect(results.map(codeOf).filter((told) => told !== 'SYNCED' && told !== code)).toEqual([]);
    const applied = results.flatMap(({ streamSeq }) => streamSeq ?? []);
    expect(Math.max(...applied)).toBeLessThan(turn!);
    expect(await cafe.rows('sale')).toHaveLength(applied.length);
  });

  test('[A6] a revoked device is UNAUTHORIZED on every node from then on, with what it had under way undone or done', async () => {
    const cafe = await world.cafe();
    const { till } = cafe;
    await Promise.all([till.push([till.sale()]), till.pull({ node: 1 })]);
    const racing = till.tryPush(Array.from({ length: 150 }, () => till.sale()));
    await cafe.setStatus({ of: 'device', deviceId: till.identity.deviceId, status: 'REVOKED' });
    const answer = await racing;
    const sold = (await cafe.rows('sale')).length;
    for (const node of [0, 1]) {
      expect((await till.tryPush([till.sale()], node)).sync?.code).toBe('UNAUTHORIZED');
      expect((await till.tryPull({ node })).sync?.code).toBe('UNAUTHORIZED');
      expect((await till.direct('sale.finalize', salePayload(), {}, node)).sync?.code).toBe('UNAUTHORIZED');
      expect((await till.outcomes([randomUUID()], node)).sync?.code).toBe('UNAUTHORIZED');
    }
    expect([200, 401]).toContain(answer.status);
    expect(await cafe.rows('sale')).toHaveLength(sold);
  });

  test('[A6] a reissued token ends the old one at once', async () => {
    const cafe = await world.cafe();
    await cafe.till.pull({ node: 1 });
    await provisionSpec(world.service.databaseUrl, { tenants: [{ id: cafe.tenantId, devices: [{ id: cafe.till.identity.deviceId, reissue: true }] }] });
    expect((await cafe.till.tryPull({ node: 1 })).status).toBe(401);
    expect((await cafe.till.tryPush([cafe.till.sale()])).status).toBe(401);
  });
});
