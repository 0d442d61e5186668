import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hydrate, push, startEngineFixture, type EngineFixture } from '../testing/engine-fixture.ts';

let fixture: EngineFixture;
beforeAll(async () => {
  fixture = await startEngineFixture();
});
afterAll(() => fixture.close());

const open = () => ({ cashSessionId: randomUUID(), openingFloatMinor: 10_000 });

test('[G1] an operation takes effect once, and the feed, the proof and a fresh till agree', async () => {
  const { tills } = await fixture.cafe();
  const till = tills[0]!;
  const opening = till.operation('cashSession.open', open());
  const [first] = await push(fixture.engine, till, [opening]);
  expect(first).toMatchObject({ status: 'SYNCED', duplicate: false, failure: null });
  const [again] = await push(fixture.engine, till, [opening]);
  expect(again).toEqual({ ...first, duplicate: true });
  const { changes } = await hydrate(fixture.engine, till);
  expect(changes.filter(({ entityKind }) => entityKind === 'cashSession.session')).toHaveLength(1);
});

test('[G3] the same id with another payload is rejected and changes nothing', async () => {
  const { tills } = await fixture.cafe();
  const till = tills[0]!;
  const opening = till.operation('cashSession.open', open());
  await push(fixture.engine, till, [opening]);
  const before = await hydrate(fixture.engine, till);
  const [other] = await push(fixture.engine, till, [{ ...till.operation('cashSession.open', open()), clientOpId: opening.clientOpId }]);
  expect(other).toMatchObject({ status: 'FAILED', failure: { code: 'CLIENT_OP_ID_REUSED' } });
  expect((await hydrate(fixture.engine, till)).head).toBe(before.head);
});

test('[G1] fifty concurrent pushes of one operation over two nodes: one application, 49 identical repeats', async () => {
  const { tills } = await fixture.cafe();
  const till = tills[0]!;
  const other = await fixture.secondNode();
  const opening = till.operation('cashSession.open', open());
  const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => push(index % 2 === 0 ? fixture.engine : other, till, [opening])));
  const results = answers.flat();
  const [first] = results.filter(({ duplicate }) => !duplicate);
  expect(results.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
  for (const result of results) expect(result).toEqual({ ...first, duplicate: result.duplicate });
});
