import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { provisionSpec, provisionTenant, startTestService, testClient, type TestService, type TestTenant } from '../../testing/index.ts';
import { decodeNudges, encodeNudges } from './nudge-message.ts';

let service: TestService;
let tenant: TestTenant;

beforeAll(async () => {
  service = await startTestService({ nodes: 2 });
  tenant = await provisionTenant(service.databaseUrl, { tills: 2 });
});
afterAll(() => service.stop());

interface Listener {
  readonly heads: number[];
  readonly errors: unknown[];
  until(condition: (heads: readonly number[]) => boolean): Promise<void>;
  readonly ended: Promise<unknown>;
  close(): void;
}

/** Listens as a till does, over SSE. */
function listen(url: string, token: string): Listener {
  const heads: number[] = [];
  const errors: unknown[] = [];
  const events = new EventTarget();
  const ended = once(events, 'ended');
  const subscription = testClient(url, token).sync.nudges.subscribe(undefined, {
    onData: (event) => {
      heads.push(event.data.head);
      events.dispatchEvent(new Event('head'));
    },
    onError: (error) => {
      errors.push(error);
      events.dispatchEvent(new Event('ended'));
    },
    onComplete: () => events.dispatchEvent(new Event('ended')),
  });
  return {
    heads,
    errors,
    ended,
    close: () => subscription.unsubscribe(),
    async until(condition) {
      while (!condition(heads)) await once(events, 'head');
    },
  };
}

function openSession(url: string) {
  return testClient(url, tenant.actorToken).attendance.startWork.mutate({
    clientOpId: randomUUID(),
    branchId: tenant.branchId,
    payload: { workId: randomUUID() },
  });
}

test('a till hears the present head at once and every later one, from whichever node moved the stream', async () => {
  const [first, second] = service.nodes;
  const here = listen(first!.url, tenant.devices[0]!.deviceToken);
  const there = listen(second!.url, tenant.devices[1]!.deviceToken);
  await Promise.all([here.until((heads) => heads.length > 0), there.until((heads) => heads.length > 0)]);

  const { streamSeq } = await openSession(first!.url);
  const hasHeard = (heads: readonly number[]) => (heads.at(-1) ?? 0) >= (streamSeq ?? Infinity);
  await Promise.all([here.until(hasHeard), there.until(hasHeard)]);
  expect(here.heads).toEqual(here.heads.toSorted((a, b) => a - b));
  here.close();
  there.close();
});

test('[A6] a revoked device stops listening, and its token stops at once on every node', async () => {
  const own = await provisionTenant(service.databaseUrl);
  const token = own.devices[0]!.deviceToken;
  const pull = (url: string) => testClient(url, token).sync.pull.query({ branchId: own.branchId, moduleScopes: ['menu.*'], cursor: null });
  for (const node of service.nodes) await pull(node.url);
  const listener = listen(service.nodes[1]!.url, token);
  await listener.until((heads) => heads.length > 0);

  await provisionSpec(service.databaseUrl, {
    tenants: [{ id: own.tenantId, devices: [{ id: own.devices[0]!.deviceId, status: 'REVOKED' }] }],
  });
  for (const node of service.nodes) {
    await expect(pull(node.url)).rejects.toMatchObject({ data: { sync: { code: 'UNAUTHORIZED' } } });
  }
  await listener.ended;
  expect(listener.errors).toMatchObject([{ data: { sync: { code: 'UNAUTHORIZED' } } }]);
  listener.close();
});

test('[6] a node that drains ends its subscriptions, answers what runs, and takes nothing new', async () => {
  const node = await service.addNode();
  const listener = listen(node.url, tenant.devices[0]!.deviceToken);
  await listener.until((heads) => heads.length > 0);
  const running = openSession(node.url).catch((error: unknown) => error);
  await delay(5);
  await node.stop();
  await running;
  await expect(fetch(`${node.url}/healthz`)).rejects.toThrow('fetch failed');
  listener.close();
});

test('a message to other nodes is short enough for NOTIFY and comes out as it went in', () => {
  const moved = Array.from({ length: 200 }, (_, index) => ({
    tenantId: tenant.tenantId as never,
    branchId: (index % 2 === 0 ? tenant.branchId : null) as never,
    head: index % 2 === 0 ? Number.MAX_SAFE_INTEGER : null,
  }));
  const messages = encodeNudges(randomUUID(), moved);
  expect(Math.max(...messages.map((message) => Buffer.byteLength(message)))).toBeLessThan(8_000);
  expect(messages.flatMap((message) => decodeNudges(message).moved)).toEqual(moved);
  expect(decodeNudges('{"node":1}').moved).toEqual([]);
  expect(decodeNudges('not json').moved).toEqual([]);
});
