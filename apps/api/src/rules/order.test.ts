import { randomUUID } from 'node:crypto';
import type { OperationResult } from '@modula/sync-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hydrate, push, startEngineFixture, type EngineFixture } from '../engine/testing/engine-fixture.ts';
import { modulesThatBreak } from './testing/faulty-modules.ts';
import { anyNumber, textLike } from './testing/matchers.ts';
import { salePayload } from './testing/payloads.ts';
import type { Till } from './testing/till.ts';
import { startWorld, type World } from './testing/world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const codeOf = ({ status, failure }: OperationResult) => failure?.code ?? status;
const failing = (till: Till, changes: object = {}) => till.op('cashSession.close', { cashSessionId: randomUUID(), countedMinor: 0 }, changes);

describe('the order of a device', () => {
  test('[O1] a batch takes effect in deviceSeq order and is answered in its own', async () => {
    const { till } = await world.cafe();
    const open = till.op('cashSession.open', { cashSessionId: 'drawer', openingFloatMinor: 0 });
    const sale = till.op('sale.finalize', salePayload({ method: 'CASH', cashSessionId: 'drawer' }), { dependsOn: [open.clientOpId] });
    const close = till.op('cashSession.close', { cashSessionId: 'drawer', countedMinor: 500 });
    const results = await till.push([close, sale, open]);
    expect(results.map(({ clientOpId }) => clientOpId)).toEqual([close.clientOpId, sale.clientOpId, open.clientOpId]);
    expect(results.map(codeOf)).toEqual(['SYNCED', 'SYNCED', 'SYNCED']);
    expect(results[0]!.result).toMatchObject({ expectedMinor: 500, varianceMinor: 0 });
    expect(results[2]!.streamSeq!).toBeLessThan(results[1]!.streamSeq!);
    expect(results[1]!.streamSeq!).toBeLessThan(results[0]!.streamSeq!);
  });

  test('[O1] concurrent pushes of one device over two nodes queue up: what took effect did so in deviceSeq order', async () => {
    const { till } = await world.cafe();
    const batches = Array.from({ length: 12 }, () => [till.sale(), till.sale(), till.sale()]);
    const seqOf = new Map(batches.flat().map(({ clientOpId, deviceSeq }) => [clientOpId, deviceSeq]));
    const answers = await Promise.all(batches.toReversed().map((batch, node) => till.push(batch, node)));
    // Late ones are refused and none waits: every operation is either in its order or a violation of it.
    const codes = new Set(answers.flat().map(codeOf));
    codes.delete('DEVICE_ORDER_VIOLATION');
    expect([...codes]).toEqual(['SYNCED']);
    const applied = (await till.hydrate({ moduleScopes: ['sale.*'] })).seen.map(({ clientOpId }) => seqOf.get(clientOpId!)!);
    expect(applied).toEqual(applied.toSorted((a, b) => a - b));
    expect(applied).toHaveLength(answers.flat().filter(({ status }) => status === 'SYNCED').length);
    expect(applied.at(-1)).toBe(36);
  });

  test('[O1] devices do not wait for each other: all of every till is applied, each in its own order', async () => {
    const { tills } = await world.cafe({ tills: 4 });
    const operations = tills.map((till) => Array.from({ length: 30 }, () => till.sale()));
    const answers = await Promise.all(tills.map((till, node) => till.push(operations[node]!, node)));
    expect(new Set(answers.flat().map(codeOf))).toEqual(new Set(['SYNCED']));
    for (const results of answers) {
      const seqs = results.map(({ streamSeq }) => streamSeq!);
      expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    }
    expect(new Set(answers.flat().map(({ streamSeq }) => streamSeq)).size).toBe(120);
  });

  test('[O2] an unknown operation at or below the highest settled one is DEVICE_ORDER_VIOLATION, a known one is answered', async () => {
    const { till } = await world.cafe();
    const [first, second] = [till.sale({ deviceSeq: 4 }), till.sale({ deviceSeq: 5 })];
    expect((await till.push([first, second])).map(codeOf)).toEqual(['SYNCED', 'SYNCED']);
    for (const deviceSeq of [5, 4, 1]) expect([deviceSeq, codeOf(await till.pushOne(till.sale({ deviceSeq }), 1))]).toEqual([deviceSeq, 'DEVICE_ORDER_VIOLATION']);
    expect(await till.pushOne(first)).toMatchObject({ status: 'SYNCED', duplicate: true });
    // Two of one number in one batch: the second is late.
    expect((await till.push([till.sale({ deviceSeq: 6 }), till.sale({ deviceSeq: 6 })])).map(codeOf)).toEqual(['SYNCED', 'DEVICE_ORDER_VIOLATION']);
  });

  test('[O2] a failed operation is settled too', async () => {
    const { till } = await world.cafe();
    expect(codeOf(await till.pushOne(failing(till, { deviceSeq: 10 })))).toBe('cashSession.NOT_FOUND');
    expect(codeOf(await till.pushOne(till.sale({ deviceSeq: 9 })))).toBe('DEVICE_ORDER_VIOLATION');
    expect(codeOf(await till.pushOne(till.sale({ deviceSeq: 11 })))).toBe('SYNCED');
  });

  test('[O2] gaps are legal, recorded and shown', async () => {
    const cafe = await world.cafe({ branches: 1 });
    const { till } = cafe;
    const results = await till.push([till.sale({ deviceSeq: 3 }), till.sale({ deviceSeq: 7 })]);
    expect(results.map(codeOf)).toEqual(['SYNCED', 'SYNCED']);
    expect(codeOf(await till.pushOne(till.sale({ deviceSeq: 9_007_199_254_740_991 })))).toBe('SYNCED');
    const { devices: [device] } = await world.support.console.devices.query({ tenantId: cafe.tenantId });
    expect(device!.gaps.map(({ fromSeq, toSeq }) => [fromSeq, toSeq]).sort((a, b) => a[0]! - b[0]!)).toEqual([
      [1, 2],
      [4, 6],
      [8, 9_007_199_254_740_990],
    ]);
  });
});

describe('one operation of a batch', () => {
  test('[O3] after a FAILED one only those that depend on it fail', async () => {
    const { till } = await world.cafe();
    const bad = failing(till);
    const dependent = till.sale({ dependsOn: [bad.clientOpId] });
    const grandchild = till.sale({ dependsOn: [dependent.clientOpId] });
    const results = await till.push([till.sale(), bad, till.sale(), dependent, grandchild, till.sale()]);
    expect(results.map(codeOf)).toEqual(['SYNCED', 'cashSession.NOT_FOUND', 'SYNCED', 'DEPENDENCY_FAILED', 'DEPENDENCY_FAILED', 'SYNCED']);
  });

  describe('that the service cannot decide', () => {
    let fixture: EngineFixture;
    const broken = new Set<unknown>();

    beforeAll(async () => {
      fixture = await startEngineFixture({ modules: modulesThatBreak((receiptNumber) => broken.has(receiptNumber)) });
    });
    afterAll(() => fixture.close());

    test('[O3] [G7] is PENDING, and so is all that follows it; nothing of them is stored, and the same batch succeeds later', async () => {
      const cafe = await fixture.cafe(2);
      const [till, other] = [cafe.tills[0]!, cafe.tills[1]!];
      const payloads = Array.from({ length: 5 }, () => salePayload());
      const operations = payloads.map((payload) => till.operation('sale.finalize', payload));
      broken.add(payloads[2]!.receiptNumber);
      const node = await fixture.secondNode({ modules: modulesThatBreak((receiptNumber) => broken.has(receiptNumber)) });

      // Of another till of the branch nothing waits.
      const [results, others] = await Promise.all([
        push(fixture.engine, till, operations),
        push(node, other, [other.operation('sale.finalize', salePayload())]),
      ]);
      expect(results.map(codeOf)).toEqual(['SYNCED', 'SYNCED', 'PENDING', 'PENDING', 'PENDING']);
      expect(others.map(codeOf)).toEqual(['SYNCED']);
      for (const pending of results.slice(2)) {
        expect(pending).toMatchObject({ duplicate: false, result: null, streamSeq: null, failure: null, retryAfterMs: anyNumber });
      }
      expect(results.slice(0, 2).map(({ retryAfterMs }) => retryAfterMs)).toEqual([null, null]);
      const ids = operations.map(({ clientOpId }) => clientOpId);
      expect((await fixture.engine.outcomes(till.session, ids)).map(({ clientOpId }) => clientOpId).sort()).toEqual(ids.slice(0, 2).sort());
      expect([...(await hydrate(fixture.engine, till)).entities.keys()].filter((key) => key.startsWith('sale.sale'))).toHaveLength(3);
      expect(fixture.surprises).not.toEqual([]);

      broken.clear();
      const again = await push(fixture.engine, till, operations);
      expect(again.map(({ status, duplicate }) => [status, duplicate])).toEqual([
        ['SYNCED', true],
        ['SYNCED', true],
        ['SYNCED', false],
        ['SYNCED', false],
        ['SYNCED', false],
      ]);
      expect([...(await hydrate(fixture.engine, till)).entities.keys()].filter((key) => key.startsWith('sale.sale'))).toHaveLength(6);
    });

    test('[O3] [G2] what was settled before is still answered after a PENDING one', async () => {
      const cafe = await fixture.cafe();
      const till = cafe.tills[0]!;
      const settled = till.operation('sale.finalize', salePayload());
      expect((await push(fixture.engine, till, [settled])).map(codeOf)).toEqual(['SYNCED']);
      const payload = salePayload();
      broken.add(payload.receiptNumber);
      const results = await push(fixture.engine, till, [settled, till.operation('sale.finalize', payload), till.operation('sale.finalize', salePayload())]);
      expect(results.map(codeOf)).toEqual(['SYNCED', 'PENDING', 'PENDING']);
      broken.clear();
    });
  });
});

describe('dependsOn', () => {
  test('[O4] a SYNCED one, earlier in the batch, of an earlier batch, or of another till, is enough', async () => {
    const { tills } = await world.cafe({ tills: 2 });
    const [till, other] = [tills[0]!, tills[1]!];
    const theirs = other.sale();
    const before = till.sale();
    await Promise.all([other.push([theirs]), till.push([before], 1)]);
    const first = till.sale();
    const results = await till.push([
      first,
      till.sale({ dependsOn: [first.clientOpId] }),
      till.sale({ dependsOn: [before.clientOpId, theirs.clientOpId, first.clientOpId] }),
      till.sale({ dependsOn: [before.clientOpId.toUpperCase()] }),
    ]);
    expect(results.map(codeOf)).toEqual(['SYNCED', 'SYNCED', 'SYNCED', 'SYNCED']);
  });

  test('[O4] a FAILED one, of this batch or before or of another till, is DEPENDENCY_FAILED and named', async () => {
    const { tills } = await world.cafe({ tills: 2 });
    const [till, other] = [tills[0]!, tills[1]!];
    const [theirs, before, here] = [failing(other), failing(till), failing(till)];
    await Promise.all([other.push([theirs]), till.push([before])]);
    const good = till.sale();
    const dependents = [theirs, before, here].map(({ clientOpId }) => till.sale({ dependsOn: [good.clientOpId, clientOpId] }));
    const results = (await till.push([good, here, ...dependents], 1)).slice(2);
    expect(results.map(codeOf)).toEqual(['DEPENDENCY_FAILED', 'DEPENDENCY_FAILED', 'DEPENDENCY_FAILED']);
    expect(results.map(({ failure }) => failure!.details!['clientOpId'])).toEqual([theirs, before, here].map(({ clientOpId }) => clientOpId));
  });

  test('[O4] an unknown one, one later in the batch, itself and a circle are DEPENDENCY_MISSING', async () => {
    const { till } = await world.cafe();
    const unknown = till.sale({ dependsOn: [randomUUID()] });
    const laterId = randomUUID();
    const early = till.sale({ dependsOn: [laterId] });
    const later = till.sale({ clientOpId: laterId });
    const selfId = randomUUID();
    const self = till.sale({ clientOpId: selfId, dependsOn: [selfId] });
    const [leftId, rightId] = [randomUUID(), randomUUID()];
    const left = till.sale({ clientOpId: leftId, dependsOn: [rightId] });
    const right = till.sale({ clientOpId: rightId, dependsOn: [leftId] });
    const results = await till.push([unknown, early, later, self, left, right, till.sale()]);
    // The circle's second half finds its first half failed: it is told so.
    expect(results.map(codeOf)).toEqual([
      'DEPENDENCY_MISSING',
      'DEPENDENCY_MISSING',
      'SYNCED',
      'DEPENDENCY_MISSING',
      'DEPENDENCY_MISSING',
      textLike(/^DEPENDENCY_(MISSING|FAILED)$/),
      'SYNCED',
    ]);
  });

  test('[O4] another business’s operation is unknown', async () => {
    const [mine, theirs] = [await world.cafe(), await world.cafe()];
    const foreign = theirs.till.sale();
    await theirs.till.push([foreign]);
    expect(codeOf(await mine.till.pushOne(mine.till.sale({ dependsOn: [foreign.clientOpId] })))).toBe('DEPENDENCY_MISSING');
  });

  test('[O4] holds in the direct lane', async () => {
    const { till } = await world.cafe();
    const good = till.sale();
    const bad = failing(till);
    await till.push([good, bad]);
    expect((await till.direct('sale.finalize', salePayload(), { dependsOn: [good.clientOpId] })).status).toBe(200);
    expect((await till.direct('sale.finalize', salePayload(), { dependsOn: [bad.clientOpId] })).sync?.code).toBe('DEPENDENCY_FAILED');
    expect((await till.direct('sale.finalize', salePayload(), { dependsOn: [randomUUID()] })).sync?.code).toBe('DEPENDENCY_MISSING');
  });

  test('[2.1] fifty are allowed, one more is refused alone', async () => {
    const { till } = await world.cafe();
    const ground = Array.from({ length: 50 }, () => till.sale());
    const ids = ground.map(({ clientOpId }) => clientOpId);
    const results = await till.push([...ground, till.sale({ dependsOn: ids }), till.sale({ dependsOn: [...ids, ids[0]!] }), till.sale()]);
    expect(results.slice(50).map(codeOf)).toEqual(['SYNCED', 'ENVELOPE_INVALID', 'SYNCED']);
  });
});

test('[O5] a clock years off, running backwards, changes no outcome and no feed order', async () => {
  const { till } = await world.cafe();
  const clocks = ['2099-12-31T23:59:59.999Z', '1970-01-01T00:00:00.000Z', '2026-11-22T08:00:00.000Z', '1999-01-01T00:00:00.000Z', '9999-12-31T00:00:00.000Z'];
  const operations = clocks.map((occurredAt) => till.sale({ occurredAt }));
  const results = await till.push(operations);
  expect(results.map(codeOf)).toEqual(clocks.map(() => 'SYNCED'));
  const seen = (await till.hydrate({ moduleScopes: ['sale.*'] })).seen;
  expect(seen.map(({ clientOpId }) => clientOpId)).toEqual(operations.map(({ clientOpId }) => clientOpId));
  expect(seen.map(({ occurredAt }) => new Date(occurredAt).toISOString())).toEqual(clocks);
  expect(seen.map(({ seq }) => seq)).toEqual(results.map(({ streamSeq }) => streamSeq));
});
