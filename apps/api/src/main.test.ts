import { once } from 'node:events';
import net from 'node:net';
import { createTestDatabase, type TestDatabase } from '@modula/db/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { spawnTestNode } from './testing/index.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('[6] a signal that comes twice, as npm sends it, still ends in a drain and exit 0', async () => {
  const node = await spawnTestNode(database.url);
  const { port, hostname } = new URL(node.url);
  const silent = net.connect(Number(port), hostname);
  silent.on('error', () => {});
  await once(silent, 'connect');
  const dropped = once(silent, 'close');
  process.kill(node.pid, 'SIGINT');
  // The second one must find the first still draining, which the silent connection makes sure of.
  await expect.poll(() => fetch(`${node.url}/healthz`).then(() => 'answered', () => 'refused'), { interval: 10, timeout: 5_000 }).toBe('refused');
  expect(await node.stop()).toBe(0);
  await dropped;
});
