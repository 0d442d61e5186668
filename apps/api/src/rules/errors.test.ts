import { randomUUID } from 'node:crypto';
import { FAILURES, type OfflineOperation } from '@modula/sync-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestPostgres, type TestPostgres } from '@modula/db/testing';
import { provisionTenant, startTestService, type TestService, type TestTenant } from '../testing/index.ts';
import { get, post } from './testing/http.ts';
import { anyNumber } from './testing/matchers.ts';
import { salePayload } from './testing/payloads.ts';
import { Till } from './testing/till.ts';
import { startWorld, type Cafe, type World } from './testing/world.ts';

let world: World;
let cafe: Cafe;
let till: Till;
let url: string;

beforeAll(async () => {
  world = await startWorld();
  cafe = await world.cafe({ tills: 2 });
  till = cafe.till;
  url = world.urls[0]!;
});
afterAll(() => world.close());

const pathsOf = (sync: { issues?: readonly { path: string }[] } | null) => sync?.issues?.map(({ path }) => path);

describe('UNAUTHORIZED', () => {
  const calls: [path: string, send: typeof post][] = [
    ['sync.push', post],
    ['sync.pull', get],
    ['sync.operations', get],
    ['sync.report', post],
    ['sync.rehearse', post],
    ['device.signIn', post],
    ['sale.finalize', post],
    ['console.tenants', get],
    ['console.retry', post],
  ];

  test.each(calls)('[2.3] %s without a token, with a malformed one and with one never made', async (path, send) => {
    const token = till.identity.token;
    for (const bad of [null, 'nonsense', 'mdt_', `${token}x`, token.slice(0, -1), `mdt_${Buffer.alloc(64, 7).toString('base64url')}`]) {
      const { status, tRpcCode, sync } = await send(url, path, { token: bad, body: { any: 'shape' } });
      expect([bad, status, tRpcCode, sync?.code]).toEqual([bad, 401, 'UNAUTHORIZED', 'UNAUTHORIZED']);
    }
  });

  test('[2] no token is stored in clear', async () => {
    for (const table of ['device', 'actor', 'enrolment_code']) {
      const text = JSON.stringify(await cafe.rows(table));
      for (const { identity } of cafe.tills) expect(text).not.toContain(identity.token);
      for (const { actorToken } of Object.values(cafe.actors)) expect(text).not.toContain(actorToken);
    }
  });
});

test('[2.3] FORBIDDEN: an actor token where a device is needed, support where a till is, a till at the console', async () => {
  const { actorToken } = cafe.actors.Dara;
  for (const path of ['sync.push', 'sync.report', 'sync.rehearse', 'device.signIn']) {
    expect([path, (await post(url, path, { token: actorToken, body: {} })).sync?.code]).toEqual([path, 'FORBIDDEN']);
  }
  expect((await get(url, 'sync.operations', { token: actorToken, body: { clientOpIds: [randomUUID()] } })).sync?.code).toBe('FORBIDDEN');
  expect((await get(url, 'console.tenants', { token: till.identity.token, body: {} })).sync?.code).toBe('FORBIDDEN');
});

describe('BAD_REQUEST', () => {
  const { any } = { any: 'thing' };
  const wrong: [what: string, path: string, send: typeof post, body: unknown, paths: string[]][] = [
    ['no operations', 'sync.push', post, {}, ['operations']],
    ['operations that are no array', 'sync.push', post, { operations: any }, ['operations']],
    ['an empty batch', 'sync.push', post, { operations: [] }, ['operations']],
    ['an operation without an id', 'sync.push', post, { operations: [{}] }, ['operations[0].clientOpId']],
    ['an operation that is none', 'sync.push', post, { operations: [null, 1] }, ['operations[0].clientOpId', 'operations[1].clientOpId']],
    ['no branch', 'sync.pull', get, { moduleScopes: ['menu.*'] }, ['branchId']],
    ['no scopes and a wrong limit', 'sync.pull', get, { branchId: randomUUID(), limit: 0 }, ['moduleScopes', 'limit']],
    ['a cursor that is no text', 'sync.pull', get, { branchId: randomUUID(), moduleScopes: ['menu.*'], cursor: 7 }, ['cursor']],
    ['ids that are none', 'sync.operations', get, { clientOpIds: ['x'] }, ['clientOpIds[0]']],
    ['too many ids', 'sync.operations', get, { clientOpIds: Array.from({ length: 501 }, () => randomUUID()) }, ['clientOpIds']],
    ['no pin', 'device.signIn', post, { actorId: randomUUID() }, ['pin']],
    ['a direct call without its id', 'sale.finalize', post, { branchId: null, payload: {} }, ['clientOpId']],
    ['a direct call without a payload', 'sale.finalize', post, { clientOpId: randomUUID(), branchId: null }, ['payload']],
    ['a direct call of nobody', 'sale.finalize', post, { clientOpId: randomUUID(), branchId: null, payload: {} }, ['actorId']],
  ];

  test.each(wrong)('[2.3] %s to %s: every path is named', async (_what, path, send, body, paths) => {
    const { status, tRpcCode, sync } = await send(url, path, { token: till.identity.token, body });
    expect([status, tRpcCode, sync?.code, pathsOf(sync)]).toEqual([400, 'BAD_REQUEST', 'BAD_REQUEST', paths]);
  });

  test('[2.3] text that is not JSON', async () => {
    for (const text of ['{', '', 'undefined', '{"operations":[}']) {
      const { status, sync } = await post(url, 'sync.push', { token: till.identity.token, text });
      expect([text, status, sync?.code, Array.isArray(sync?.issues)]).toEqual([text, 400, 'BAD_REQUEST', true]);
    }
  });
});

test.each(['a\u0000b', '\ud800'])('[2.3] text that cannot be kept is BAD_REQUEST at the console too, and nothing is done: %j', async (odd) => {
  const { tenantId } = cafe;
  const { console } = world.support;
  const failed = till.op('cashSession.close', { cashSessionId: 'none', countedMinor: 0 });
  await till.pushOne(failed);
  const { clientOpId } = failed;
  const calls: [path: string, call: () => Promise<unknown>][] = [
    ['reason', () => console.retry.mutate({ tenantId, clientOpId, reason: odd })],
    ['reason', () => console.waive.mutate({ tenantId, clientOpId, reason: odd })],
    ['reason', () => console.setStatus.mutate({ tenantId, reason: odd, change: { of: 'tenant', status: 'FROZEN' } })],
    ['reason', () => console.moveEpoch.mutate({ tenantId, reason: odd, branches: 'all' })],
    ['search', () => console.tenants.query({ search: odd })],
    ['code', () => console.failedOperations.query({ tenantId, code: odd })],
    ['url', () => console.addWebhook.mutate({ tenantId, url: `https://hooks.example.org/${odd}` })],
    ['email', () => console.signIn.mutate({ email: `${odd}@example.org`, password: 'x' })],
  ];
  for (const [path, call] of calls) await expect(call()).rejects.toMatchObject({ data: { sync: { code: 'BAD_REQUEST', issues: [{ path }] } } });
  expect((await till.pushOne(till.sale())).status).toBe('SYNCED');
});

describe('a bad operation never fails the request', () => {
  const fields: [field: keyof OfflineOperation, value: unknown][] = [
    ['deviceId', 'x'],
    ['deviceSeq', 0],
    ['deviceSeq', 1.5],
    ['deviceSeq', 2 ** 53],
    ['deviceSeq', '1'],
    ['type', ''],
    ['version', 'one'],
    ['tenantId', null],
    ['branchId', 'x'],
    ['actorId', undefined],
    ['payload', null],
    ['payloadHash', 7],
    ['dependsOn', 'x'],
    ['dependsOn', ['x']],
    ['occurredAt', 'yesterday'],
    ['occurredAt', null],
  ];

  test.each(fields)('[2.3] %s %j is FAILED under its own id, beside good ones', async (field, value) => {
    const good = [till.sale(), till.sale()];
    const bad = { ...till.sale({ deviceSeq: 1 }), [field]: value };
    const answer = await post<{ results: { clientOpId: string; status: string; failure: { code: string; details: unknown } | null }[] }>(url, 'sync.push', {
      token: till.identity.token,
      body: { operations: [good[0], bad, good[1]] },
    });
    expect(answer.status).toBe(200);
    expect(answer.data.results.map(({ clientOpId, status }) => [clientOpId, status])).toEqual([
      [good[0]!.clientOpId, 'SYNCED'],
      [bad.clientOpId, 'FAILED'],
      [good[1]!.clientOpId, 'SYNCED'],
    ]);
    expect(JSON.stringify(answer.data.results[1]!.failure!.details)).toContain(field);
  });

  test('[2.3] an id that is no UUID is answered as it was sent', async () => {
    for (const clientOpId of ['', 'not a uuid', '\u0000', 'x'.repeat(500)]) {
      const result = await till.pushOne(till.sale({ clientOpId }));
      expect(result).toMatchObject({ clientOpId, status: 'FAILED', duplicate: false });
    }
  });
});

describe('sizes', () => {
  test('[2.1] two hundred operations are taken, one more is not', async () => {
    const operations = Array.from({ length: 200 }, () => till.sale());
    const results = await till.push(operations);
    expect(results.map(({ clientOpId }) => clientOpId)).toEqual(operations.map(({ clientOpId }) => clientOpId));
    expect(results.every(({ status }) => status === 'SYNCED')).toBe(true);
    const more = await till.tryPush(Array.from({ length: 201 }, () => till.sale({ deviceSeq: 1 })));
    expect([more.status, more.sync?.code, pathsOf(more.sync)]).toEqual([400, 'BAD_REQUEST', ['operations']]);
  });

  test('[2.1] [2.3] a push of 1 MiB is taken, one byte more is PAYLOAD_TOO_LARGE', async () => {
    const padded = (bytes: number) => {
      const text = JSON.stringify({ operations: [till.sale()] });
      return `${text.slice(0, -1)}${' '.repeat(bytes - Buffer.byteLength(text))}}`;
    };
    const atLimit = await post(url, 'sync.push', { token: till.identity.token, text: padded(1_048_576) });
    expect(atLimit.status).toBe(200);
    const over = await post(url, 'sync.push', { token: till.identity.token, text: padded(1_048_577) });
    expect([over.status, over.tRpcCode, over.sync?.code]).toEqual([413, 'PAYLOAD_TOO_LARGE', 'PAYLOAD_TOO_LARGE']);
  });

  test('[2.3] far more, to the direct lane and to the console', async () => {
    for (const path of ['sync.push', 'sale.finalize', 'sync.report', 'console.retry']) {
      const { status, sync } = await post(url, path, { token: till.identity.token, body: { filler: 'x'.repeat(3_000_000) } });
      expect([path, status, sync?.code]).toEqual([path, 413, 'PAYLOAD_TOO_LARGE']);
    }
  });
});

test('[2.3] TOO_MANY_REQUESTS comes with retryAfterMs: wrong PINs are rate limited', async () => {
  const limited = await world.service.addNode({ rateLimits: 'on' });
  const { actorId } = cafe.actors.Dara;
  const body = { actorId, pin: '0000' };
  const answers = [];
  for (let tries = 0; tries < 30; tries += 1) {
    const answer = await post(limited.url, 'device.signIn', { token: cafe.tills[1]!.identity.token, body });
    answers.push(answer);
    if (answer.status === 429) break;
  }
  expect(answers[0]!.sync?.code).toBe('FORBIDDEN');
  expect(answers.at(-1)).toMatchObject({ status: 429, sync: { code: 'TOO_MANY_REQUESTS', retryAfterMs: anyNumber } });
});

describe('the direct lane', () => {
  test('[2] answers clientOpId, duplicate, result and streamSeq, and a refusal carries its failure', async () => {
    const clientOpId = randomUUID();
    const first = await till.direct('attendance.startWork', { workId: 'direct' }, { clientOpId });
    expect(Object.keys(first.data).sort()).toEqual(['clientOpId', 'duplicate', 'result', 'streamSeq']);
    expect((await till.direct('attendance.startWork', { workId: 'direct' }, { clientOpId }, 1)).data).toEqual({ ...first.data, duplicate: true });
    const refusedId = randomUUID();
    const refused = await till.direct('attendance.startWork', { workId: 'again' }, { clientOpId: refusedId });
    expect(refused.sync).toMatchObject({ code: 'attendance.ALREADY_STARTED', clientOpId: refusedId, duplicate: false });
    expect(refused.tRpcCode).toBe(FAILURES['attendance.ALREADY_STARTED'].httpCode);
    // The refusal is an outcome like any other.
    const again = await till.direct('attendance.startWork', { workId: 'again' }, { clientOpId: refusedId }, 1);
    expect(again.sync).toEqual({ ...refused.sync, duplicate: true });
    expect((await till.outcomes([refusedId])).data.results).toMatchObject([{ status: 'FAILED', failure: { code: 'attendance.ALREADY_STARTED' } }]);
  });

  test('[G6] refuses what cannot be kept, alone', async () => {
    const refused = await till.direct('cashSession.open', { cashSessionId: 'a\u0000b', openingFloatMinor: 0 });
    expect([refused.status, refused.sync?.code]).toEqual([400, 'PAYLOAD_INVALID']);
    expect((await till.tryPull()).status).toBe(200);
  });
});

test('[2] sync.rehearse says what would happen, and persists nothing', async () => {
  const own = await world.cafe({ branches: 1 });
  const head = (await own.till.pull()).head;
  const open = own.till.op('cashSession.open', { cashSessionId: 'drawer', openingFloatMinor: 0 });
  const sale = own.till.op('sale.finalize', salePayload({ method: 'CASH', cashSessionId: 'drawer' }), { dependsOn: [open.clientOpId] });
  const bad = own.till.op('cashSession.close', { cashSessionId: 'none', countedMinor: 0 });
  const rehearsed = await post<{ results: { status: string; failure: { code: string } | null }[] }>(url, 'sync.rehearse', {
    token: own.till.identity.token,
    body: { operations: [open, sale, bad] },
  });
  expect(rehearsed.data.results.map(({ status, failure }) => failure?.code ?? status)).toEqual(['SYNCED', 'SYNCED', 'cashSession.NOT_FOUND']);
  for (const table of ['operation', 'cash_session', 'sale', 'operation_attempt']) expect([table, await own.rows(table)]).toEqual([table, []]);
  expect((await own.till.pull()).head).toBe(head);
  expect((await own.till.push([open, sale, bad])).map(({ status, duplicate }) => [status, duplicate])).toEqual([
    ['SYNCED', false],
    ['SYNCED', false],
    ['FAILED', false],
  ]);
});

describe('the database away', () => {
  let postgres: TestPostgres;
  let service: TestService;
  let tenant: TestTenant;
  beforeAll(async () => {
    postgres = await startTestPostgres({ durable: false });
    service = await startTestService({ databaseUrl: postgres.url });
    tenant = await provisionTenant(postgres.url);
  });
  afterAll(async () => {
    await service.stop();
    await postgres.close();
  });

  test('[2.3] [G7] is SERVICE_UNAVAILABLE with retryAfterMs or PENDING, never FAILED; afterwards the same batch takes effect once', async () => {
    const { tenantId, branchId, actorId, devices } = tenant;
    const own = new Till({ tenantId, branchId, actorId, deviceId: devices[0]!.deviceId, token: devices[0]!.deviceToken, urls: [service.url] });
    expect((await own.pushOne(own.sale())).status).toBe('SYNCED');
    const operations = [own.sale(), own.sale()];
    await postgres.stop();
    const { status, data } = await own.tryPush(operations);
    expect(status === 503 || data.results.every((result) => result.status === 'PENDING')).toBe(true);
    for (const answer of [await own.tryPull(), await own.direct('sale.finalize', salePayload()), await own.outcomes([randomUUID()])]) {
      expect(answer).toMatchObject({ status: 503, sync: { code: 'SERVICE_UNAVAILABLE', retryAfterMs: anyNumber } });
    }
    await postgres.start();
    await expect.poll(async () => (await own.tryPull()).status, { timeout: 20_000 }).toBe(200);
    expect((await own.push(operations)).map(({ status, duplicate }) => [status, duplicate])).toEqual([
      ['SYNCED', false],
      ['SYNCED', false],
    ]);
    expect((await own.hydrate()).ids('sale.sale')).toHaveLength(3);
  });
});
