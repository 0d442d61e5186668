import { afterAll, beforeAll, expect, test } from 'vitest';
import { brokenInvariants } from '../../faults/testing/invariants.ts';
import { modulesChanging } from '../testing/changing-modules.ts';
import { hydrate, push, startEngineFixture, type EngineFixture, type TestTill } from '../testing/engine-fixture.ts';
import { upsert } from '../plug.ts';

let fixture: EngineFixture;
beforeAll(async () => {
  fixture = await startEngineFixture();
});
afterAll(() => fixture.close());

test('[G5] changes that cannot all be written down leave none of them on the feed, and harm no operation beside them', async () => {
  const { tenantId, tills } = await fixture.cafe(2);
  const [till, neighbour] = [tills[0]!, tills[1]!];
  // No canonical text holds half of a surrogate pair.
  const changes = [upsert('cashSession.session', 'good', { note: 'written' }), upsert('cashSession.session', 'bad', { note: 'half \ud800' })];
  const broken = await fixture.secondNode({ modules: modulesChanging('cashSession.open', ({ cashSessionId }) => (cashSessionId === 'poison' ? changes : null)) });
  const open = (by: TestTill, cashSessionId: string) => by.operation('cashSession.open', { cashSessionId, openingFloatMinor: 0 });

  const poison = open(neighbour, 'poison');
  const [[bad], [good]] = await Promise.all([push(broken, neighbour, [poison]), push(broken, till, [open(till, 'drawer')])]);
  expect([bad!.status, good!.status]).toEqual(['PENDING', 'SYNCED']);
  const held = await hydrate(fixture.engine, till);
  expect(held.changes.filter(({ entityKind }) => entityKind === 'cashSession.session').map(({ entityId }) => entityId)).toEqual(['drawer']);
  expect(await brokenInvariants(fixture.db, tenantId)).toEqual([]);
});
