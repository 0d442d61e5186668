import { randomUUID } from 'node:crypto';
import type { OfflineOperation, OperationResult } from '@modula/sync-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { provisionSpec } from '../testing/index.ts';
import { post } from './testing/http.ts';
import { anyArray, arrayWith, objectWith } from './testing/matchers.ts';
import { canonical, hashOf, sha256 } from './testing/own-hash.ts';
import { salePayload } from './testing/payloads.ts';
import type { Till } from './testing/till.ts';
import { startWorld, type Cafe, type World } from './testing/world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const repeatOf = (result: OperationResult) => ({ ...result, duplicate: true });
const codeOf = ({ status, failure }: OperationResult) => failure?.code ?? status;

async function saleRows(cafe: Cafe): Promise<number> {
  return (await cafe.rows('sale')).length;
}

describe('exactly once', () => {
  test('[G1] one id raced over two nodes and both lanes takes effect once, and all hear the same', async () => {
    const cafe = await world.cafe();
    const { till } = cafe;
    const operation = till.sale();
    const { clientOpId, payload } = operation;
    const answers = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        if (index % 2 === 0) return till.pushOne(operation, index >> 1);
        const { data } = await till.direct('sale.finalize', payload, { clientOpId }, index >> 1);
        return { ...data, status: 'SYNCED', failure: null, retryAfterMs: null };
      }),
    );
    expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(new Set(answers.map((answer) => canonical({ ...answer, duplicate: true })))).toHaveLength(1);
    expect(await saleRows(cafe)).toBe(1);
    expect((await cafe.rows('audit_entry')).filter((row) => row['client_op_id'] === clientOpId)).toHaveLength(1);
    expect((await till.hydrate()).seen.filter((change) => change.clientOpId === clientOpId)).toHaveLength(1);
  });

  test('[G1] twice in one batch, and in another spelling of the same UUID, is one operation', async () => {
    const cafe = await world.cafe();
    const operation = cafe.till.sale();
    const loud = { ...operation, clientOpId: operation.clientOpId.toUpperCase() };
    const [first, second, third] = await cafe.till.push([operation, operation, loud]);
    expect(first).toMatchObject({ status: 'SYNCED', duplicate: false });
    expect(second).toEqual(repeatOf(first!));
    expect(third).toEqual({ ...repeatOf(first!), clientOpId: loud.clientOpId });
    expect(await saleRows(cafe)).toBe(1);
  });

  test('[G1] the direct lane and the replay lane do the same for the same operation', async () => {
    const cafe = await world.cafe();
    const payload = salePayload();
    const direct = await cafe.till.direct('sale.finalize', payload);
    const replayed = await cafe.till.pushOne(cafe.till.op('sale.finalize', salePayload({ saleId: randomUUID() })));
    expect(Object.keys(direct.data.result as object)).toEqual(Object.keys(replayed.result as object));
    const again = await cafe.till.pushOne(cafe.till.op('sale.finalize', payload, { clientOpId: direct.data.clientOpId }), 1);
    expect(again).toMatchObject({ ...direct.data, duplicate: true, status: 'SYNCED' });
  });
});

describe('a repeat', () => {
  test('[G2] of a SYNCED and of a FAILED one answers the stored outcome field for field, on any node and in sync.operations', async () => {
    const { till } = await world.cafe();
    const good = till.sale();
    const bad = till.op('cashSession.close', { cashSessionId: 'none', countedMinor: 1 });
    const results = await till.push([good, bad]);
    expect(results.map(codeOf)).toEqual(['SYNCED', 'cashSession.NOT_FOUND']);
    expect(await till.push([bad, good], 1)).toEqual([repeatOf(results[1]!), repeatOf(results[0]!)]);
    const { data } = await till.outcomes([good.clientOpId, randomUUID(), bad.clientOpId], 1);
    expect(data.results).toEqual(expect.arrayContaining(results.map(repeatOf)));
    expect(data.results).toHaveLength(2);
  });

  test('[P5] sync.operations knows what this device sent and what was decided in its branch, and nothing else', async () => {
    const cafe = await world.cafe({ tills: 2 });
    const [mine, colleague, elsewhere] = [cafe.tills[0]!, cafe.tills[1]!, cafe.perBranch[1]!];
    const own = mine.sale();
    const ofBranch = colleague.sale();
    const ofOther = elsewhere.sale();
    for (const [till, operation] of [[mine, own], [colleague, ofBranch], [elsewhere, ofOther]] as const) await till.pushOne(operation);
    const ids = [own, ofBranch, ofOther].map(({ clientOpId }) => clientOpId);
    const known = async (till: Till) => (await till.outcomes(ids)).data.results.map(({ clientOpId }) => clientOpId);
    expect(await known(mine)).toEqual([own.clientOpId, ofBranch.clientOpId]);
    expect(await known(elsewhere)).toEqual([ofOther.clientOpId]);
    // A till that moved still knows what it sent itself.
    await provisionSpec(world.service.databaseUrl, {
      tenants: [{ id: cafe.tenantId, devices: [{ id: mine.identity.deviceId, name: 'moved', branch: cafe.branchIds[1] }] }],
    });
    expect(await known(mine)).toEqual([own.clientOpId, ofOther.clientOpId]);
  });

  test('[P5] sync.operations, sync.report and signing in end with the branch, and go on while it is frozen', async () => {
    const cafe = await world.cafe({ branches: 1 });
    const { till } = cafe;
    const { token, actorId } = till.identity;
    const operation = till.sale();
    await till.pushOne(operation);
    const ask = async () => [
      (await till.outcomes([operation.clientOpId])).sync,
      (await post(till.url(), 'sync.report', { token, body: { queue: [] } })).sync,
      (await post(till.url(1), 'device.signOut', { token, body: { actorId } })).sync,
    ];
    await cafe.setStatus({ of: 'branch', branchId: cafe.branchId, status: 'FROZEN' });
    expect((await ask()).map((sync) => sync?.code)).toEqual([undefined, undefined, undefined]);
    const reported = await cafe.rows('device_manifest');
    await cafe.setStatus({ of: 'branch', branchId: cafe.branchId, status: 'ARCHIVED' });
    const archived = { code: 'FORBIDDEN', reason: 'BRANCH_ARCHIVED' };
    expect(await ask()).toMatchObject([archived, archived, archived]);
    expect(await cafe.rows('device_manifest')).toEqual(reported);
  });

  test('[G2] [A2] still answers after the actor lost the right, the branch was archived and the tenant frozen', async () => {
    const cafe = await world.cafe();
    const operation = cafe.till.sale({ actorId: cafe.actors.Sophea.actorId });
    const first = await cafe.till.pushOne(operation);
    expect(first.status).toBe('SYNCED');
    await cafe.setStatus({ of: 'actor', actorId: cafe.actors.Sophea.actorId, status: 'REVOKED' });
    expect(await cafe.till.pushOne(operation, 1)).toEqual(repeatOf(first));
    expect(codeOf(await cafe.till.pushOne(cafe.till.sale({ actorId: cafe.actors.Sophea.actorId })))).toBe('ACTOR_UNKNOWN');
    await cafe.setStatus({ of: 'tenant', status: 'FROZEN' });
    expect(await cafe.till.pushOne(operation)).toEqual(repeatOf(first));
    await cafe.setStatus({ of: 'branch', branchId: cafe.branchId, status: 'ARCHIVED' });
    expect(await cafe.till.pushOne(operation)).toEqual(repeatOf(first));
  });
});

describe('an id used again', () => {
  test('[G3] with another type, version, branch, actor or payload is refused, and the first outcome is untouched', async () => {
    const cafe = await world.cafe();
    const { till } = cafe;
    const operation = till.sale();
    const first = await till.pushOne(operation);
    const payload = salePayload() as OfflineOperation['payload'];
    const others: Partial<OfflineOperation>[] = [
      { type: 'cashSession.open' },
      { type: 'no.such' },
      { version: 2 },
      { branchId: null },
      { branchId: cafe.branchIds[1]! },
      { actorId: cafe.actors.Sophea.actorId },
      { payload, payloadHash: hashOf(payload) },
    ];
    for (const [index, change] of others.entries()) {
      const reused = await till.pushOne({ ...operation, ...change }, index);
      expect([change, reused.status, codeOf(reused), reused.result, reused.streamSeq]).toEqual([change, 'FAILED', 'CLIENT_OP_ID_REUSED', null, null]);
      expect(await till.pushOne(operation, index + 1)).toEqual(repeatOf(first));
    }
    expect(await saleRows(cafe)).toBe(1);
  });

  test('[G3] holds between the lanes, and inside one batch', async () => {
    const { till } = await world.cafe();
    const first = await till.direct('sale.finalize', salePayload());
    expect(codeOf(await till.pushOne(till.sale({ clientOpId: first.data.clientOpId })))).toBe('CLIENT_OP_ID_REUSED');
    const operation = till.sale();
    expect((await till.push([operation, till.sale({ clientOpId: operation.clientOpId })])).map(codeOf)).toEqual(['SYNCED', 'CLIENT_OP_ID_REUSED']);
    const direct = await till.direct('sale.finalize', salePayload(), { clientOpId: operation.clientOpId });
    expect([direct.status, direct.sync?.code]).toEqual([409, 'CLIENT_OP_ID_REUSED']);
  });

  test('[G3] [G1] two different operations race for one id: one wins, the other is told', async () => {
    const cafe = await world.cafe({ tills: 2 });
    const clientOpId = randomUUID();
    const results = await Promise.all(cafe.tills.map((till, node) => till.pushOne(till.sale({ clientOpId }), node)));
    expect(results.map(codeOf).sort()).toEqual(['CLIENT_OP_ID_REUSED', 'SYNCED']);
    expect(await saleRows(cafe)).toBe(1);
  });
});

describe('the payload hash', () => {
  test('[G4] a wrong one is PAYLOAD_HASH_MISMATCH: of other content, of the unsorted text, in upper case', async () => {
    const cafe = await world.cafe();
    const payload = salePayload() as OfflineOperation['payload'];
    for (const payloadHash of [hashOf({}), sha256(JSON.stringify(payload)), hashOf(payload).toUpperCase(), 'nonsense']) {
      expect(codeOf(await cafe.till.pushOne(cafe.till.op('sale.finalize', payload, { payloadHash })))).toBe('PAYLOAD_HASH_MISMATCH');
    }
    expect(await saleRows(cafe)).toBe(0);
  });

  test('[G4] is over the canonical form: order of keys, escapes and spellings of numbers do not matter', async () => {
    const { till } = await world.cafe();
    const operation = till.op('cashSession.open', { cashSessionId: 'é€😀', openingFloatMinor: 1000 });
    const text = JSON.stringify({ operations: [operation] })
      .replace(canonical(operation.payload), '{"openingFloatMinor":1.0e3,"cashSessionId":"\\u00e9\\u20AC\\ud83d\\uDE00"}')
      .replace('"é€😀","openingFloatMinor":1000', '"\\u00e9\\u20AC\\ud83d\\uDE00","openingFloatMinor":1.0e3');
    expect(text).not.toContain('é');
    const response = await fetch(`${till.url()}/trpc/sync.push`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${till.identity.token}` },
      body: text,
    });
    expect(await response.json()).toMatchObject({ result: { data: { results: [{ status: 'SYNCED' }] } } });
    expect((await till.hydrate()).get('cashSession.session', 'é€😀')).toBeDefined();
  });
});

describe('all or nothing', () => {
  test('[G5] an applied operation leaves outcome, business row, change, audit row and outbox row', async () => {
    const cafe = await world.cafe();
    await world.support.console.addWebhook.mutate({ tenantId: cafe.tenantId, url: 'https://hooks.example.org/modula' });
    const operation = cafe.till.sale();
    const { streamSeq } = await cafe.till.pushOne(operation);
    const of = async (table: string) => (await cafe.rows(table)).filter((row) => row['client_op_id'] === operation.clientOpId);
    expect([await of('operation'), await of('sale'), await of('feed_entry'), await of('audit_entry')].map((rows) => rows.length)).toEqual([1, 1, 1, 1]);
    expect((await of('feed_entry'))[0]).toMatchObject({ seq: streamSeq });
    const events = await cafe.rows('outbox_event');
    expect(events.filter(({ body }) => String(body).includes(operation.clientOpId))).toHaveLength(1);
  });

  test('[G5] a rejected one leaves its outcome and nothing else', async () => {
    const cafe = await world.cafe();
    await world.support.console.addWebhook.mutate({ tenantId: cafe.tenantId, url: 'https://hooks.example.org/modula' });
    const head = (await cafe.till.pull()).head;
    const rejected = cafe.till.op('sale.finalize', salePayload({ method: 'CASH' }));
    expect(codeOf(await cafe.till.pushOne(rejected))).toBe('sale.CASH_SESSION_NOT_OPEN');
    for (const table of ['sale', 'stock_movement', 'cash_session']) expect([table, await cafe.rows(table)]).toEqual([table, []]);
    expect((await cafe.rows('audit_entry')).filter((row) => row['client_op_id'] !== null)).toEqual([]);
    expect((await cafe.rows('feed_entry')).filter((row) => row['client_op_id'] !== null)).toEqual([]);
    expect((await cafe.till.pull()).head).toBe(head);
    expect(await cafe.rows('operation')).toMatchObject([{ status: 'FAILED', failure_code: 'sale.CASH_SESSION_NOT_OPEN' }]);
    // The event is the relay's own doing, later, in exchange for the mark: in no snapshot are there both, or neither.
    const told = await world.db.read(cafe.tenantId, (tx) =>
      tx.query<{ announce: boolean; events: number }>(
        `SELECT o.announce, (SELECT count(*) FROM outbox_event AS e WHERE e.tenant_id = $1) AS events FROM operation AS o WHERE o.tenant_id = $1`,
        [cafe.tenantId],
      ),
    );
    expect(told).toEqual([told[0]!.announce ? { announce: true, events: 0 } : { announce: false, events: 1 }]);
  });
});

/** `{"a":{"a":…}}`, so deep that the payload itself is the first level. */
const deep = (levels: number) => `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`;
const SESSION = (id: string) => `{"cashSessionId":"${id}","openingFloatMinor":0}`;

describe('what can be kept', () => {
  const cases: [what: string, payload: string, code: string][] = [
    ['33 deep', deep(33), 'PAYLOAD_INVALID'],
    ['5000 deep', deep(5_000), 'PAYLOAD_INVALID'],
    ['U+0000 in a value', SESSION('a\\u0000b'), 'PAYLOAD_INVALID'],
    ['U+0000 in a key', '{"a\\u0000":1}', 'PAYLOAD_INVALID'],
    ['a lone high surrogate', SESSION('\\ud800'), 'PAYLOAD_INVALID'],
    ['a lone low surrogate', SESSION('\\udc00'), 'PAYLOAD_INVALID'],
    ['surrogates the wrong way round', SESSION('\\udc00\\ud800'), 'PAYLOAD_INVALID'],
    ['a number beyond the doubles', '{"cashSessionId":"x","openingFloatMinor":1e400}', 'PAYLOAD_INVALID'],
    ['a negative number beyond them', '{"cashSessionId":"x","openingFloatMinor":-1e400}', 'PAYLOAD_INVALID'],
    ['an unknown field', '{"cashSessionId":"x","openingFloatMinor":0,"more":1}', 'PAYLOAD_INVALID'],
    ['__proto__ as a field', '{"cashSessionId":"x","openingFloatMinor":0,"__proto__":{"a":1}}', 'PAYLOAD_INVALID'],
    ['only __proto__', '{"__proto__":{"cashSessionId":"x","openingFloatMinor":0}}', 'PAYLOAD_INVALID'],
    ['constructor', '{"constructor":{"prototype":{"a":1}}}', 'PAYLOAD_INVALID'],
    ['an array', '[]', 'PAYLOAD_INVALID'],
    ['null', 'null', 'PAYLOAD_INVALID'],
    ['text', '"x"', 'PAYLOAD_INVALID'],
  ];

  let till: Till;
  beforeAll(async () => {
    ({ till } = await world.cafe({ branches: 1 }));
  });

  test.each(cases)('[G6] %s fails that operation alone, and the branch can still be pulled', async (_what, payload, code) => {
    const [before, bad, after] = [till.sale(), till.op('cashSession.open', {}), till.sale()];
    const results = await pushText(till, { operations: [before, bad, after], replace: { clientOpId: bad.clientOpId, payload } });
    expect(results.map(codeOf)).toEqual(['SYNCED', code, 'SYNCED']);
    const cache = await till.hydrate();
    expect([...cache.entities.values()].flatMap(({ clientOpId }) => clientOpId ?? [])).toEqual(
      expect.arrayContaining([before.clientOpId, after.clientOpId]),
    );
    expect(cache.seen.filter(({ clientOpId }) => clientOpId === bad.clientOpId)).toEqual([]);
    // Its answer can be had again.
    const [again] = await pushText(till, { operations: [bad], replace: { clientOpId: bad.clientOpId, payload } });
    expect(codeOf(again!)).toBe(code);
  });

  test('[G6] 32 deep is not too deep: only the shape is wrong, and the path says so', async () => {
    const bad = till.op('cashSession.open', {});
    const [result] = await pushText(till, { operations: [bad], replace: { clientOpId: bad.clientOpId, payload: deep(32) } });
    expect(codeOf(result!)).toBe('PAYLOAD_INVALID');
    expect(result!.failure!.details).toMatchObject({ issues: arrayWith(objectWith({ path: 'cashSessionId' })) });
  });

  test('[G6] odd but well-formed text survives the round trip', async () => {
    const { till } = await world.cafe();
    const id = '\u0001\u001f"\\/ é 😀 \u2028\u2029 \ufffd \uffff __proto__';
    const operation = till.op('cashSession.open', { cashSessionId: id, openingFloatMinor: 0 });
    expect(codeOf(await till.pushOne(operation))).toBe('SYNCED');
    expect((await till.hydrate()).get('cashSession.session', id)?.payload).toMatchObject({ cashSessionId: id });
    expect((await till.pushOne(operation, 1)).result).toEqual({ cashSessionId: id });
  });

  test('[G6] [2.1] a payload of 64 KiB is judged by its shape, one byte more is not', async () => {
    const { till } = await world.cafe();
    const filler = (bytes: number) => ({ filler: 'x'.repeat(bytes - '{"filler":""}'.length) });
    const atLimit = till.op('cashSession.open', filler(65_536));
    const over = till.op('cashSession.open', filler(65_537));
    const results = await till.push([atLimit, over, till.sale()]);
    expect(results.map(codeOf)).toEqual(['PAYLOAD_INVALID', 'PAYLOAD_INVALID', 'SYNCED']);
    expect(results[0]!.failure!.details).toMatchObject({ issues: anyArray });
    expect(results[1]!.failure!.details).not.toHaveProperty('issues');
  });
});

interface RawPush {
  readonly operations: readonly OfflineOperation[];
  readonly replace: { readonly clientOpId: string; readonly payload: string };
}

/** Puts text in the place of one operation's payload: what no serializer would write. */
async function pushText(till: Till, { operations, replace }: RawPush): Promise<OperationResult[]> {
  const sent = operations.map((operation) =>
    operation.clientOpId === replace.clientOpId
      ? `${JSON.stringify({ ...operation, payload: undefined, payloadHash: plainHash(replace.payload) }).slice(0, -1)},"payload":${replace.payload}}`
      : JSON.stringify(operation),
  );
  const response = await fetch(`${till.url()}/trpc/sync.push`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${till.identity.token}` },
    body: `{"operations":[${sent.join(',')}]}`,
  });
  const body = (await response.json()) as { result: { data: { results: OperationResult[] } } };
  expect(response.status).toBe(200);
  return body.result.data.results;
}

/** The hash a client would have counted, where one can be counted. */
function plainHash(payload: string): string {
  try {
    return hashOf(JSON.parse(payload));
  } catch {
    return sha256(payload);
  }
}
