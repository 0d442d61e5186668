import { randomUUID } from 'node:crypto';
import { decodeCursor, encodeCursor, ENTITY_KINDS, type CursorFields, type PullPage } from '@modula/sync-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { provisionSpec } from '../testing/index.ts';
import { ALL_SCOPES, Cache } from './testing/cache.ts';
import { expireAll } from './testing/expire.ts';
import { get } from './testing/http.ts';
import { arrayWith } from './testing/matchers.ts';
import { menuItem, salePayload } from './testing/payloads.ts';
import type { Till } from './testing/till.ts';
import { startWorld, type Cafe, type World } from './testing/world.ts';

const KEY = { id: 7, secret: 'the key of these tests, known to them' };
const KEYS = { current: KEY, accepted: [] };

let world: World;

beforeAll(async () => {
  world = await startWorld({ cursorKeys: [KEY] });
});
afterAll(() => world.close());

function fieldsOf(cursor: string): CursorFields {
  const decoded = decodeCursor(cursor, KEYS);
  if (decoded.kind !== 'ok') throw new Error('not a cursor of this service');
  return decoded.fields;
}

const forge = (cursor: string, changes: Partial<CursorFields>) => encodeCursor({ ...fieldsOf(cursor), ...changes }, KEYS);
const resetOf = async (till: Till, ask: Parameters<Till['tryPull']>[0]) => {
  const { status, tRpcCode, sync } = await till.tryPull(ask);
  return [status, tRpcCode, sync?.code, sync?.reason];
};
const reset = (reason: string) => [412, 'PRECONDITION_FAILED', 'RESET_REQUIRED', reason];

/** A stream with replaced entries, tombstones and changes of most kinds. */
async function busyCafe(): Promise<Cafe> {
  const cafe = await world.cafe();
  const { till } = cafe;
  const calls = [
    ['menu.upsertItem', menuItem('coffee', { stockItemId: 'beans' })],
    ['menu.upsertItem', menuItem('tea')],
    ['menu.upsertCategory', { categoryId: 'c', name: 'Drinks', position: 1 }],
    ['inventory.restock', { movementId: 'r', stockItemId: 'beans', quantity: 9, reason: 'r' }],
    ['menu.upsertItem', menuItem('coffee', { stockItemId: 'beans', priceMinor: 300 })],
    ['menu.removeItem', { menuItemId: 'tea' }],
    ['policy.update', { saleVatEnabled: true }],
    ['discount.upsert', { discountId: 'd', name: 'D', percent: 5, appliesTo: 'ALL' }],
  ] as const;
  for (const [type, payload] of calls) expect((await till.direct(type, payload)).status).toBe(200);
  await till.push([
    till.op('cashSession.open', { cashSessionId: 'drawer', openingFloatMinor: 0 }),
    till.op('attendance.startWork', { workId: 'w' }),
    ...Array.from({ length: 4 }, () => till.op('sale.finalize', salePayload({ method: 'CASH', cashSessionId: 'drawer' }))),
    till.op('cashSession.movement', { movementId: 'm', cashSessionId: 'drawer', kind: 'PAID_IN', amountMinor: 5, reason: 'r' }),
    till.op('attendance.endWork', { workId: 'w' }),
  ]);
  return cafe;
}

describe('paging', () => {
  let cafe: Cafe;
  beforeAll(async () => {
    cafe = await busyCafe();
  });

  test.each([1, 2, 3, 4, 5, 6, 7])('[P1] [P2] with limit %i, in any mix of scopes, ends in the unpaged state, checked by the proof', async (limit) => {
    for (const moduleScopes of [ALL_SCOPES, ['menu.*', 'sale.*'], ['inventory.stock', 'cashSession.session'], ['context.*'], ['discount.rule'], ['sync.*']]) {
      const whole = await cafe.till.hydrate({ moduleScopes });
      const paged = await cafe.till.hydrate({ moduleScopes, limit, node: limit });
      expect(paged.state).toEqual(whole.state);
      expect(paged.cursor === null || fieldsOf(paged.cursor).seq).toBe(fieldsOf(whole.cursor!).seq);
    }
  });

  test('[P1] a page holds at most `limit` changes, ascending, in scope, after the cursor; the cursor names the last seq scanned', async () => {
    const { till } = cafe;
    let cursor: string | null = null;
    const pages: PullPage[] = [];
    do {
      const page: PullPage = await till.pull({ moduleScopes: ['sale.*', 'menu.item'], cursor, limit: 2 });
      pages.push(page);
      cursor = page.cursor;
    } while (pages.at(-1)!.hasMore);
    for (const page of pages.slice(0, -1)) {
      expect(page.changes).toHaveLength(2);
      expect(page.proof).toBeNull();
      expect(fieldsOf(page.cursor).seq).toBeGreaterThanOrEqual(page.changes.at(-1)!.seq);
    }
    const changes = pages.flatMap((page) => page.changes);
    expect(new Set(changes.map(({ entityKind }) => entityKind))).toEqual(new Set(['sale.sale', 'menu.item']));
    expect(changes.map(({ seq }) => seq)).toEqual(changes.map(({ seq }) => seq).toSorted((a, b) => a - b));
    // The last page has scanned to the head, though nothing in scope was there.
    expect(fieldsOf(pages.at(-1)!.cursor).seq).toBe(pages.at(-1)!.head);
    const after = await till.pull({ moduleScopes: ['sale.*', 'menu.item'], cursor });
    expect(after).toMatchObject({ changes: [], hasMore: false, head: pages.at(-1)!.head, cursor });
    expect(after.proof).toEqual(pages.at(-1)!.proof);
  });

  test('[P2] the proof names every kind in scope and no other; a kind without entities is 0 and all zeros', async () => {
    const page = await cafe.till.pull();
    expect(Object.keys(page.proof!).sort()).toEqual(ENTITY_KINDS.map(({ kind }) => kind).toSorted());
    expect(page.proof!['sync.operation']).toEqual({ count: 0, hash: '0'.repeat(64) });
    expect(Object.keys((await cafe.till.pull({ moduleScopes: ['menu.item'] })).proof!)).toEqual(['menu.item']);
    expect((await cafe.till.pull({ moduleScopes: ['menu.item'], limit: 1 })).liveCount).toBe(1);
  });

  test('[P2] holds while others write: every page that says it is the last proves what was served', async () => {
    const own = await world.cafe({ tills: 3, branches: 1 });
    const selling = own.tills.map(async (till, node) => {
      for (let round = 0; round < 10; round += 1) {
        await till.push([till.sale(), till.op('cashSession.open', { cashSessionId: randomUUID(), openingFloatMinor: 0 })], node);
        await till.direct('menu.upsertItem', menuItem(`m${round % 4}`, { priceMinor: round }), {}, node);
        await till.direct('menu.removeItem', { menuItemId: `m${round % 3}` }, {}, node);
      }
    });
    // Each page is checked in Cache.apply against what the till itself holds.
    const pulling = [1, 4, 500].map(async (limit, node) => {
      const cache = new Cache();
      for (let round = 0; round < 25; round += 1) await own.till.hydrate({ limit, node }, cache);
      return cache;
    });
    const caches = await Promise.all(pulling);
    await Promise.all(selling);
    const whole = await own.till.hydrate();
    for (const cache of caches) expect((await own.till.hydrate({}, cache)).state).toEqual(whole.state);
  });

  test('[2.2] limit is 1 to 1000, 500 when left out', async () => {
    for (const limit of [0, -1, 1001, 1.5, '5', null]) {
      const answer = await get(cafe.till.url(), 'sync.pull', {
        token: cafe.till.identity.token,
        body: { branchId: cafe.branchId, moduleScopes: ['sale.*'], cursor: null, limit },
      });
      expect([limit, answer.status, answer.sync?.code, answer.sync?.issues?.map(({ path }) => path)]).toEqual([limit, 400, 'BAD_REQUEST', ['limit']]);
    }
    const { till } = await world.cafe({ branches: 1 });
    for (let round = 0; round < 3; round += 1) await till.push(Array.from({ length: 170 }, () => till.sale()));
    const first = await till.pull({ moduleScopes: ['sale.*'] });
    expect([first.changes.length, first.hasMore]).toEqual([500, true]);
    expect([(await till.pull({ moduleScopes: ['sale.*'], limit: 1000 })).changes.length]).toEqual([510]);
    expect((await till.pull({ moduleScopes: ['sale.*'], cursor: first.cursor })).changes).toHaveLength(10);
    expect((await till.pull({ moduleScopes: ['sale.*'], limit: 510 })).hasMore).toBe(false);
  });
});

describe('a cursor', () => {
  let cafe: Cafe;
  let cursor: string;
  beforeAll(async () => {
    cafe = await busyCafe();
    ({ cursor } = await cafe.till.pull());
  });

  test('[P3] is malformed when a single letter of it was changed, cut, added or replaced', async () => {
    const { till } = cafe;
    const swapped = (at: number) => `${cursor.slice(0, at)}${cursor[at] === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`;
    const stranger = encodeCursor(fieldsOf(cursor), { current: { ...KEY, secret: 'another secret of another service' }, accepted: [] });
    const otherId = encodeCursor(fieldsOf(cursor), { current: { ...KEY, id: 8 }, accepted: [] });
    const bad = ['', 'x', '0', 'null', swapped(0), swapped(30), swapped(60), swapped(cursor.length - 1), cursor.slice(1), `${cursor}A`, ` ${cursor}`];
    for (const wrong of [...bad, stranger, otherId, '\u0000', '💥'.repeat(50), 'A'.repeat(116)]) {
      expect([wrong, ...(await resetOf(till, { cursor: wrong }))]).toEqual([wrong, ...reset('CURSOR_MALFORMED')]);
    }
  });

  test('[P3] of another branch or business is CURSOR_STREAM_MISMATCH', async () => {
    const other = cafe.perBranch[1]!;
    expect(await resetOf(other, { cursor })).toEqual(reset('CURSOR_STREAM_MISMATCH'));
    const foreign = await world.cafe();
    expect(await resetOf(foreign.till, { cursor })).toEqual(reset('CURSOR_STREAM_MISMATCH'));
  });

  test('[P3] of other scopes is SCOPE_MISMATCH; order, duplicates and redundant entries do not matter', async () => {
    const { till } = cafe;
    const scopes = ['menu.*', 'sale.*'];
    const mine = (await till.pull({ moduleScopes: scopes })).cursor;
    for (const moduleScopes of [['menu.*'], ['menu.item', 'sale.*'], [...scopes, 'sync.*'], ALL_SCOPES]) {
      expect(await resetOf(till, { moduleScopes, cursor: mine })).toEqual(reset('SCOPE_MISMATCH'));
    }
    for (const moduleScopes of [['sale.*', 'menu.*'], ['menu.*', 'menu.item', 'sale.*', 'sale.*'], ['sale.sale', 'menu.category', 'menu.item']]) {
      expect((await till.pull({ moduleScopes, cursor: mine })).changes).toEqual([]);
    }
  });

  test('[P3] past the head is CURSOR_AHEAD: the database was restored', async () => {
    const { head } = await cafe.till.pull();
    expect(await resetOf(cafe.till, { cursor: forge(cursor, { seq: head + 1, baseSeq: head }) })).toEqual(reset('CURSOR_AHEAD'));
    expect((await cafe.till.tryPull({ cursor: forge(cursor, { seq: head }) })).status).toBe(200);
    // A till was in the middle of its first pull when the database went back.
    expect(await resetOf(cafe.till, { cursor: forge(cursor, { seq: 1, baseSeq: head + 1 }) })).toEqual(reset('CURSOR_AHEAD'));
  });

  test('[P3] after the epoch moved is STREAM_RESET, and a pull from the beginning goes on', async () => {
    const own = await busyCafe();
    const old = (await own.till.hydrate()).cursor;
    const unmoved = (await own.perBranch[1]!.pull()).cursor;
    await world.support.console.moveEpoch.mutate({ tenantId: own.tenantId, reason: 'restored', branches: [own.branchId] });
    expect(await resetOf(own.till, { cursor: old, node: 1 })).toEqual(reset('STREAM_RESET'));
    expect((await own.perBranch[1]!.tryPull({ cursor: unmoved })).status).toBe(200);
    const fresh = await own.till.hydrate();
    expect((await own.till.tryPull({ cursor: fresh.cursor })).status).toBe(200);
  });

  test('[P3] behind the horizon is RETENTION_EXPIRED, at it is not, and a bootstrap under way is spared', async () => {
    const own = await busyCafe();
    const early = await own.till.pull({ limit: 3 });
    const old = await own.till.hydrate();
    await own.till.push([own.till.sale()]);
    const atHorizon = await own.till.hydrate();
    await expireAll(world, own);
    expect(await resetOf(own.till, { cursor: old.cursor })).toEqual(reset('RETENTION_EXPIRED'));
    expect(await resetOf(own.till, { cursor: early.cursor })).toEqual(reset('RETENTION_EXPIRED'));
    expect((await own.till.tryPull({ cursor: atHorizon.cursor })).status).toBe(200);
    const { head } = await own.till.pull();
    expect((await own.till.tryPull({ cursor: forge(old.cursor!, { seq: head, baseSeq: 0 }) })).status).toBe(200);
    // From the beginning it all comes again, page by page, below the horizon.
    expect((await own.till.hydrate({ limit: 2 })).state).toEqual(atHorizon.state);
  });

  test('[P3] [P4] of a till whose reset is done is replaced: null begins anew, whatever the server remembers', async () => {
    const { till } = cafe;
    const whole = await till.hydrate();
    await till.pull({ cursor: whole.cursor });
    expect((await till.hydrate({ limit: 3 })).state).toEqual(whole.state);
    const withoutCursor = await get<PullPage>(till.url(), 'sync.pull', {
      token: till.identity.token,
      body: { branchId: cafe.branchId, moduleScopes: ALL_SCOPES },
    });
    expect(withoutCursor.data.changes).toEqual((await till.pull()).changes);
  });
});

describe('who may read', () => {
  test('[P5] a frozen branch and a frozen tenant are read', async () => {
    const cafe = await world.cafe();
    await cafe.setStatus({ of: 'branch', branchId: cafe.branchId, status: 'FROZEN' });
    const frozen = await cafe.till.hydrate();
    expect(frozen.get('context.branch', cafe.branchId)?.payload).toMatchObject({ status: 'FROZEN' });
    await cafe.setStatus({ of: 'tenant', status: 'FROZEN' });
    expect((await cafe.till.hydrate({ node: 1 }, frozen)).get('context.tenant', cafe.tenantId)?.payload).toMatchObject({ status: 'FROZEN' });
  });

  test('[P5] a device that lost the branch gets FORBIDDEN, with any cursor, on every node', async () => {
    const cafe = await world.cafe();
    const { till } = cafe;
    const { cursor } = await till.pull({ node: 1 });
    await provisionSpec(world.service.databaseUrl, { tenants: [{ id: cafe.tenantId, devices: [{ id: till.identity.deviceId, name: 'moved', branch: 'branch 2' }] }] });
    for (const ask of [{ cursor }, { cursor: null }, { cursor: 'nonsense' }, { node: 1, cursor }]) {
      expect((await till.tryPull(ask)).sync?.code).toBe('FORBIDDEN');
    }
    expect((await till.tryPull({ branchId: cafe.branchIds[1]! })).status).toBe(200);
    expect(await resetOf(till, { branchId: cafe.branchIds[1]!, cursor })).toEqual(reset('CURSOR_STREAM_MISMATCH'));
  });

  test('[P5] an archived branch, another branch and no branch are FORBIDDEN; an actor token does not pull', async () => {
    const cafe = await world.cafe();
    expect((await cafe.till.tryPull({ branchId: cafe.branchIds[1]! })).sync?.code).toBe('FORBIDDEN');
    expect((await cafe.till.tryPull({ branchId: randomUUID() })).sync?.code).toBe('FORBIDDEN');
    await cafe.setStatus({ of: 'branch', branchId: cafe.branchId, status: 'ARCHIVED' });
    expect((await cafe.till.tryPull()).sync?.code).toBe('FORBIDDEN');
    const actor = await get(world.urls[0]!, 'sync.pull', {
      token: cafe.actors.Dara.actorToken,
      body: { branchId: cafe.branchId, moduleScopes: ['menu.*'], cursor: null },
    });
    expect(actor.sync?.code).toBe('FORBIDDEN');
  });

  test('[P5] a till learns which actors lost its branch', async () => {
    const cafe = await world.cafe();
    const { actorId } = cafe.actors.Sophea;
    const before = await cafe.till.hydrate();
    expect(before.get('context.actor', actorId)?.payload).toMatchObject({ role: 'CASHIER', permissions: arrayWith('sale.finalize') });
    await provisionSpec(world.service.databaseUrl, { tenants: [{ id: cafe.tenantId, actors: [{ id: actorId, branches: ['branch 2'] }] }] });
    expect((await cafe.till.hydrate({}, before)).get('context.actor', actorId)).toBeUndefined();
    expect((await cafe.perBranch[1]!.hydrate()).get('context.actor', actorId)).toBeDefined();
  });
});

test('[P6] the checkpoint is the cursor that was presented, not the one just served', async () => {
  const cafe = await world.cafe({ branches: 1 });
  const { till } = cafe;
  const checkpoint = async () => {
    const { devices: [device] } = await world.support.console.devices.query({ tenantId: cafe.tenantId });
    return device!.checkpoints.filter(({ scopes }) => scopes.includes('sale.*')).map(({ seq }) => seq);
  };
  await till.push([till.sale(), till.sale()]);
  const first = await till.pull({ moduleScopes: ['sale.*'] });
  expect((await checkpoint()).every((seq) => seq === 0)).toBe(true);
  await till.push([till.sale()]);
  const second = await till.pull({ moduleScopes: ['sale.*'], cursor: first.cursor });
  expect(await checkpoint()).toEqual([first.head]);
  await till.pull({ moduleScopes: ['sale.*'], cursor: second.cursor });
  expect(await checkpoint()).toEqual([second.head]);
  // What a device has seen when it is judged is what it presented.
  const { failure } = await till.pushOne(till.op('attendance.startWork', { workId: 'x' }, { actorId: cafe.actors.Dara.actorId })).then(() =>
    till.pushOne(till.op('attendance.startWork', { workId: 'y' })),
  );
  expect(failure).toMatchObject({ code: 'attendance.ALREADY_STARTED', evidence: { entityKind: 'attendance.work', entityId: 'x', seq: second.head + 1, deviceSeenSeq: second.head } });
});

test('[P7] an unknown module or kind is BAD_REQUEST naming it, an empty list is too', async () => {
  const { till } = await world.cafe({ branches: 1 });
  for (const scope of ['nothing.*', 'menu.nothing', 'menu', '*', 'MENU.*', '', 'constructor', '__proto__']) {
    const { status, sync } = await till.tryPull({ moduleScopes: ['menu.*', scope] });
    expect([scope, status, sync?.code]).toEqual([scope, 400, 'BAD_REQUEST']);
    expect(JSON.stringify(sync!.issues)).toContain(scope);
    expect(sync!.issues![0]!.path).toContain('moduleScopes');
  }
  const empty = await till.tryPull({ moduleScopes: [] });
  expect([empty.status, empty.sync?.code, empty.sync?.issues?.[0]?.path]).toEqual([400, 'BAD_REQUEST', 'moduleScopes']);
});
