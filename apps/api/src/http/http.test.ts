import { gzipSync } from 'node:zlib';
import { randomUUID } from 'node:crypto';
import { payloadHash, type JsonObject } from '@modula/sync-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { provisionTenant, startTestService, type TestService, type TestTenant } from '../testing/index.ts';

let service: TestService;
let tenant: TestTenant;
let token: string;

beforeAll(async () => {
  service = await startTestService();
  tenant = await provisionTenant(service.databaseUrl);
  token = tenant.devices[0]!.deviceToken;
});
afterAll(() => service.stop());

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly body: unknown;
}

async function call(path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(`${service.url}${path}`, init);
  const text = await response.text();
  return { status: response.status, type: response.headers.get('content-type'), body: text === '' ? null : JSON.parse(text) };
}

const bearer = () => ({ authorization: `Bearer ${token}` });
const json = () => ({ ...bearer(), 'content-type': 'application/json' });
const post = (path: string, input: unknown) => call(path, { method: 'POST', headers: json(), body: JSON.stringify(input) });
const get = (path: string, input: unknown) => call(`${path}?input=${encodeURIComponent(JSON.stringify(input))}`, { headers: bearer() });
const syncOf = (answer: Answer) => (answer.body as { error: { data: { sync: JsonObject } } }).error.data.sync;

/** The same call as a batch of one (fast path) and as the first of a batch of two (general path). */
async function bothPaths(path: string, input: unknown, method: 'GET' | 'POST') {
  const send = (paths: string, inputs: object) =>
    method === 'GET'
      ? call(`/trpc/${paths}?batch=1&input=${encodeURIComponent(JSON.stringify(inputs))}`, { headers: bearer() })
      : call(`/trpc/${paths}?batch=1`, { method, headers: json(), body: JSON.stringify(inputs) });
  const fast = await send(path, { 0: input });
  const general = await send(`${path},${path}`, { 0: input, 1: input });
  return { fast: (fast.body as unknown[])[0], general: (general.body as unknown[])[0], type: [fast.type, general.type] };
}

const pullInput = () => ({ branchId: tenant.branchId, moduleScopes: ['context.*'], cursor: null });

function openSession(payload: JsonObject = { cashSessionId: randomUUID(), openingFloatMinor: 100 }) {
  return { clientOpId: randomUUID(), branchId: tenant.branchId, actorId: tenant.actorId, payload };
}

describe('the fast path', () => {
  test('[2.2] a page is the same through the fast path and through tRPC', async () => {
    const { fast, general, type } = await bothPaths('sync.pull', pullInput(), 'GET');
    const withoutTime = (answer: unknown) => {
      const { result } = answer as { result: { data: { serverTime: string; changes: unknown[] } } };
      expect(result.data.changes.length).toBeGreaterThan(0);
      return { ...result.data, serverTime: '' };
    };
    expect(withoutTime(fast)).toEqual(withoutTime(general));
    expect(type).toEqual(['application/json', 'application/json']);
  });

  test('[2.3] a refusal is the same through the fast path and through tRPC', async () => {
    const unknownScope = await bothPaths('sync.pull', { ...pullInput(), moduleScopes: ['sail.*'] }, 'GET');
    expect(unknownScope.fast).toEqual(unknownScope.general);
    const shape = await bothPaths('sync.push', { operations: [{}] }, 'POST');
    expect(shape.fast).toEqual(shape.general);
    const reset = await bothPaths('sync.pull', { ...pullInput(), cursor: 'nonsense' }, 'GET');
    expect(reset.fast).toEqual(reset.general);
  });

  test('a direct call answers with or without tRPC around it', async () => {
    const input = openSession();
    const single = await post('/trpc/cashSession.open', input);
    expect(single.status).toBe(200);
    expect(single.body).toMatchObject({ result: { data: { clientOpId: input.clientOpId, duplicate: false } } });
    const { fast, general } = await bothPaths('cashSession.open', input, 'POST');
    expect(fast).toEqual(general);
    expect(fast).toMatchObject({ result: { data: { duplicate: true } } });
  });

  test('[D11] a rejected direct call is an error that carries its failure', async () => {
    const input = openSession({ cashSessionId: randomUUID(), openingFloatMinor: 'a lot' });
    const { fast, general } = await bothPaths('cashSession.open', input, 'POST');
    // Two identical calls race inside the batch of two; only one of them decides.
    const [first, second] = [fast, general].map((answer) => (answer as { error: { data: { sync: JsonObject } } }).error.data.sync);
    expect(first).toMatchObject({ code: 'PAYLOAD_INVALID', clientOpId: input.clientOpId, duplicate: false, failure: { code: 'PAYLOAD_INVALID' } });
    expect({ ...second, duplicate: false }).toEqual(first);
  });

  test('a pull may be sent as a POST', async () => {
    const answer = await post('/trpc/sync.pull', pullInput());
    expect(answer.body).toMatchObject({ result: { data: { hasMore: false } } });
  });
});

describe('what is not a request', () => {
  test('[2.3] no token, a malformed one and one that was never made are UNAUTHORIZED, whatever the shape', async () => {
    const forged = `mdt_${Buffer.alloc(64, 7).toString('base64url')}`;
    for (const headers of [{}, { authorization: 'Bearer x' }, { authorization: `Bearer ${forged}` }]) {
      const answer = await call('/trpc/sync.pull?input=%7B%7D', { headers });
      expect([answer.status, syncOf(answer)]).toEqual([401, { code: 'UNAUTHORIZED' }]);
    }
  });

  test('[2.3] an actor token does not sync', async () => {
    const answer = await call('/trpc/sync.pull', { headers: { authorization: `Bearer ${tenant.actorToken}` } });
    expect([answer.status, syncOf(answer)['code']]).toEqual([403, 'FORBIDDEN']);
  });

  test('[2.3] a wrong shape is BAD_REQUEST naming each path', async () => {
    const answer = await get('/trpc/sync.pull', { branchId: 'x', moduleScopes: ['menu.*'], cursor: null, limit: 0 });
    expect(answer.status).toBe(400);
    expect(syncOf(answer)).toMatchObject({ code: 'BAD_REQUEST', issues: [{ path: 'branchId' }, { path: 'limit' }] });
  });

  test('[P7] an unknown scope is named, and an empty list is refused', async () => {
    expect(syncOf(await get('/trpc/sync.pull', { ...pullInput(), moduleScopes: ['menu.*', 'sail.*'] }))).toMatchObject({
      code: 'BAD_REQUEST',
      issues: [{ path: 'moduleScopes[1]', message: expect.stringContaining('sail.*') as string }],
    });
    expect(syncOf(await get('/trpc/sync.pull', { ...pullInput(), moduleScopes: [] }))).toMatchObject({ code: 'BAD_REQUEST' });
  });

  test('[2.3] text that is not JSON is BAD_REQUEST on both paths', async () => {
    for (const path of ['/trpc/sync.push', '/trpc/sync.report']) {
      const answer = await call(path, { method: 'POST', headers: json(), body: '{"operations":' });
      expect([answer.status, syncOf(answer)['code']]).toEqual([400, 'BAD_REQUEST']);
    }
  });

  test('[2.3] a body over the limit is PAYLOAD_TOO_LARGE on both paths, announced or not', async () => {
    const body = JSON.stringify({ operations: ['x'.repeat(1_100_000)] });
    for (const path of ['/trpc/sync.push', '/trpc/sync.report']) {
      const announced = await call(path, { method: 'POST', headers: json(), body });
      expect([announced.status, syncOf(announced)]).toEqual([413, { code: 'PAYLOAD_TOO_LARGE' }]);
      const streamed = await call(path, { method: 'POST', headers: json(), body: new Blob([body]).stream(), duplex: 'half' });
      expect([streamed.status, syncOf(streamed)]).toEqual([413, { code: 'PAYLOAD_TOO_LARGE' }]);
    }
  });

  test('a compressed body and another content type are refused', async () => {
    for (const path of ['/trpc/sync.push', '/trpc/sync.report']) {
      const zipped = await call(path, { method: 'POST', headers: { ...json(), 'content-encoding': 'gzip' }, body: gzipSync('{}') });
      expect([zipped.status, syncOf(zipped)['code']]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
      const form = await call(path, { method: 'POST', headers: { ...bearer(), 'content-type': 'text/plain' }, body: '{}' });
      expect([form.status, syncOf(form)['code']]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    }
  });

  test('a wrong method, an unknown procedure and a batch of eleven have typed answers', async () => {
    expect(syncOf(await get('/trpc/sync.push', {}))).toEqual({ code: 'METHOD_NOT_SUPPORTED' });
    expect(syncOf(await get('/trpc/sale.unheardOf', {}))).toEqual({ code: 'NOT_FOUND' });
    expect(syncOf(await get('/elsewhere', {}))).toEqual({ code: 'NOT_FOUND' });
    const eleven = Array.from({ length: 11 }, () => 'sync.pull').join(',');
    expect(syncOf(await call(`/trpc/${eleven}?batch=1&input=%7B%7D`, { headers: bearer() }))).toMatchObject({ code: 'BAD_REQUEST' });
  });

  test('[2.3] a method that no procedure has is refused, not a fault of the service', async () => {
    for (const method of ['OPTIONS', 'PUT', 'DELETE', 'PATCH']) {
      for (const path of ['/trpc/sync.pull', '/trpc/sync.push', '/trpc/sync.report']) {
        const answer = await call(path, { method, headers: json() });
        expect([answer.status, syncOf(answer)], `${method} ${path}`).toEqual([405, { code: 'METHOD_NOT_SUPPORTED' }]);
      }
    }
  });

  test('five hundred ids fit into a URL', async () => {
    const clientOpIds = Array.from({ length: 500 }, () => randomUUID());
    const answer = await get('/trpc/sync.operations', { clientOpIds });
    expect([answer.status, answer.body]).toMatchObject([200, { result: { data: { results: [] } } }]);
  });

  test('[G6] a payload nested five thousand deep fails alone', async () => {
    const nested = `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`;
    const envelope = {
      clientOpId: randomUUID(),
      deviceId: tenant.devices[0]!.deviceId,
      deviceSeq: 1_000,
      type: 'cashSession.open',
      version: 1,
      tenantId: tenant.tenantId,
      branchId: tenant.branchId,
      actorId: tenant.actorId,
      payload: 'PAYLOAD',
      payloadHash: payloadHash({}),
      dependsOn: [],
      occurredAt: '2026-11-22T10:00:00.000Z',
    };
    const body = `{"operations":[${JSON.stringify(envelope).replace('"PAYLOAD"', nested)}]}`;
    const answer = await call('/trpc/sync.push', { method: 'POST', headers: json(), body });
    expect(answer.body).toMatchObject({ result: { data: { results: [{ status: 'FAILED', failure: { code: 'PAYLOAD_INVALID' } }] } } });
  });
});

describe('pages for operators', () => {
  test('[6] the process is alive, ready, and tells its metrics to this machine', async () => {
    const status = async (path: string, headers = {}) => (await fetch(`${service.url}${path}`, { headers })).status;
    expect(await status('/healthz')).toBe(200);
    expect(await status('/readyz')).toBe(200);
    expect(await status('/metrics')).toBe(200);
    expect(await status('/metrics', { 'x-forwarded-for': '203.0.113.9' })).toBe(403);
    expect(await (await fetch(`${service.url}/metrics`)).text()).toContain('modula_operations_total');
  });
});
