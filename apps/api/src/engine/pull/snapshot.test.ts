import { randomUUID } from 'node:crypto';
import type { Database, Tx } from '@modula/db';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hydrate, push, startEngineFixture, type EngineFixture } from '../testing/engine-fixture.ts';

let fixture: EngineFixture;
beforeAll(async () => {
  fixture = await startEngineFixture();
});
afterAll(() => fixture.close());

/** Calls `between` after the first statement of every read and before its second. */
function interrupted(db: Database, between: () => Promise<void>): Database {
  const open = (tx: Tx): Tx => {
    let before: Promise<unknown> | null = null;
    const inTurn = <T>(send: () => Promise<T>): Promise<T> => {
      const answer = before === null ? send() : before.then(between).then(send);
      before = answer;
      return answer;
    };
    return {
      ...tx,
      query: (text, params) => inTurn(() => tx.query(text, params)),
      values: (text, params) => inTurn(() => tx.values(text, params)),
      // The statements are sent one after the other here, so COMMIT can't travel right behind the first.
      commitWith: (statements) => Promise.all(statements),
    };
  };
  return { ...db, read: (tenantId, work) => db.read(tenantId, (tx) => work(open(tx))) };
}

test('[P2] [F1] a sale that commits while a page is read is wholly in it or wholly after it', async () => {
  const { tills } = await fixture.cafe();
  const till = tills[0]!;
  let begun = 0;
  const reader = await fixture.secondNode({
    wrap: (db) =>
      interrupted(db, async () => {
        if (begun < 3) await push(fixture.engine, till, [till.operation('cashSession.open', { cashSessionId: randomUUID(), openingFloatMinor: (begun += 1) })]);
      }),
  });
  // hydrate() checks the proof of the last page against what it holds.
  let held = await hydrate(reader, till);
  expect(begun).toBe(1);
  for (const limit of [500, 1]) held = await hydrate(reader, till, { from: held, limit });
  const fresh = await hydrate(fixture.engine, till);
  held = await hydrate(fixture.engine, till, { from: held });
  expect([...held.entities.keys()].sort()).toEqual([...fresh.entities.keys()].sort());
});
