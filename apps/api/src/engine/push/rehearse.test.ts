import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { parsePushInput } from '@modula/sync-core/wire';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { saleOf } from '../../modules/testing/sale-payload.ts';
import type { PushAnswer } from '../engine.ts';
import type { SupportSession } from '../session.ts';
import { push, startEngineFixture, type EngineFixture, type TestTill } from '../testing/engine-fixture.ts';

let fixture: EngineFixture;
let owner: postgres.Sql;
beforeAll(async () => {
  fixture = await startEngineFixture();
  owner = postgres(fixture.admin.url, { max: 1, onnotice: () => {} });
});
afterAll(async () => {
  await owner.end();
  await fixture.close();
});

/** Everything a tenant has, every table, every column, as one hash each. */
async function contentsOf(tenantId: string): Promise<Record<string, string>> {
  const tables = await owner<{ name: string }[]>`
    SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'tenant_id' ORDER BY table_name`;
  const contents: Record<string, string> = {};
  for (const { name } of tables) {
    const [row] = await owner<{ rows: string }[]>`
      SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, ' ' ORDER BY t::text)), '') AS rows FROM ${owner(name)} AS t WHERE tenant_id = ${tenantId}`;
    contents[name] = row!.rows;
  }
  return contents;
}

async function rehearse(session: TestTill['session'] | SupportSession, operations: readonly object[]): Promise<PushAnswer['results']> {
  const input = parsePushInput(JSON.parse(JSON.stringify({ operations })));
  if (input.kind === 'bad') throw new Error(JSON.stringify(input.issues));
  return (await fixture.engine.rehearse(session, input.operations)).results;
}

const SUPPORT: SupportSession = { kind: 'support', supportUserId: randomUUID(), email: 'vanna@modula.example', role: 'OPERATOR' };

test('[G5] a rehearsal leaves every table as it was, and says word for word what the push then does', async () => {
  const { tenantId, tills } = await fixture.cafe();
  const till = tills[0]!;
  const known = till.operation('attendance.startWork', { workId: 'shift' });
  await push(fixture.engine, till, [known]);
  const opening = till.operation('cashSession.open', { cashSessionId: 'drawer', openingFloatMinor: 0 });
  const sale = (saleId: string) => till.operation('sale.finalize', { ...saleOf({ saleId, cashSessionId: 'drawer' }) });
  const batch = [
    known,
    opening,
    sale('one'),
    till.operation('attendance.startWork', { workId: 'twice' }),
    till.operation('no.such.type', {}),
    { ...sale('two'), clientOpId: opening.clientOpId },
    till.operation('cashSession.close', { cashSessionId: 'drawer', countedMinor: 550 }),
    sale('late'),
  ];
  const before = await contentsOf(tenantId);
  expect(Object.keys(before).length).toBeGreaterThan(25);
  const rehearsed = await rehearse(till.session, batch);
  expect(await contentsOf(tenantId)).toEqual(before);
  expect(await rehearse(SUPPORT, batch)).toEqual(rehearsed);
  expect(await contentsOf(tenantId)).toEqual(before);

  expect(rehearsed.map(({ status, failure }) => failure?.code ?? status)).toEqual([
    'SYNCED',
    'SYNCED',
    'SYNCED',
    'attendance.ALREADY_STARTED',
    'OPERATION_TYPE_UNKNOWN',
    'CLIENT_OP_ID_REUSED',
    'SYNCED',
    'sale.CASH_SESSION_NOT_OPEN',
  ]);
  expect(await push(fixture.engine, till, batch)).toEqual(rehearsed);
  expect(await contentsOf(tenantId)).not.toEqual(before);
});
