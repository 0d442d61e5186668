import { openDatabase, type Database } from '@modula/db';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createModules } from '../modules/index.ts';
import { createMetrics } from '../platform/metrics.ts';
import { createRouter, type RouterDeps } from '../routers/index.ts';
import { startTestService, type TestService } from '../testing/index.ts';
import { callProcedure, type Answer } from './testing/call-procedure.ts';
import { idsFrom, kindsIn, withIdsOf, type IdKind, type Ids, type IdSource } from './testing/ids.ts';
import { REQUESTS, type RequestRow } from './testing/requests.ts';
import { shapeOf, uuidsIn } from './testing/shape.ts';
import { contentsOf } from './testing/tenant-contents.ts';
import { provisionTwoTenants, type TokenKind, type TwoTenants } from './testing/two-tenants.ts';

const CURSOR_KEY = { id: 1, secret: 'a secret of the isolation tests' };
const TOKENS: readonly TokenKind[] = ['device', 'actor', 'support'];

let service: TestService;
let db: Database;
let world: TwoTenants;
let foreignBefore: ReadonlyMap<string, readonly string[]>;
/** Ids of the foreign tenant that the caller has named itself: those it may hear again. */
const named = new Set<string>();

beforeAll(async () => {
  service = await startTestService({ env: { cursorKeys: [CURSOR_KEY] } });
  db = await openDatabase({ url: service.databaseUrl, maxConnections: 1, readConnections: 1 });
  world = await provisionTwoTenants(service, { db, cursorKey: CURSOR_KEY });
  foreignBefore = await contentsOf(db, world.foreignTenantId);
});
afterAll(async () => {
  await db.close();
  await service.stop();
});

test('[A4] the matrix has a row for every procedure of the service', () => {
  // Making a router only names its procedures; nothing behind the doors is touched.
  const { router } = createRouter({ modules: createModules(), metrics: createMetrics() } as RouterDeps);
  expect(Object.keys(router._def.procedures).sort()).toEqual(Object.keys(REQUESTS).sort());
});

interface Attempt {
  readonly procedure: string;
  readonly row: RequestRow;
  readonly token: TokenKind;
  readonly kinds: readonly IdKind[];
}

/** Own ids, but those of `kinds` from somewhere else. */
async function attempt({ procedure, row, token, kinds }: Attempt, source: IdSource): Promise<{ ids: Ids; answer: Answer }> {
  const own = withIdsOf(idsFrom(world.own), row.fresh ?? [], () => crypto.randomUUID());
  // Support staff are not admitted where something has to be arranged.
  if (row.arrange !== undefined && token !== 'support') {
    await callProcedure(service.url, { procedure: row.arrange.procedure, method: 'POST', token: world.tokens.actor, input: row.arrange.input(own) });
  }
  const ids = withIdsOf(own, kinds, source);
  for (const kind of kinds) named.add(ids[kind]);
  const answer = await callProcedure(service.url, { procedure, method: row.method, token: world.tokens[token], input: row.input(ids) });
  if (row.undo !== undefined && token !== 'support') {
    for (const workId of new Set([own.workId, ids.workId])) {
      await callProcedure(service.url, { procedure: row.undo.procedure, method: 'POST', token: world.tokens.actor, input: row.undo.input({ ...own, workId }) });
    }
  }
  return { ids, answer };
}

function expectNoForeignByte(what: string, { answer }: { answer: Answer }): void {
  expect([what, answer.text.includes(world.marker)]).toEqual([what, false]);
  expect([what, uuidsIn(answer.text).filter((id) => world.foreignIds.has(id) && !named.has(id))]).toEqual([what, []]);
}

/** Each id alone, then all of them together. Support staff may name any tenant where naming one is their work. */
function combinations(kinds: readonly IdKind[], { support }: RequestRow, token: TokenKind): readonly (readonly IdKind[])[] {
  const varied = token === 'support' && support === true ? kinds.filter((kind) => kind !== 'tenantId') : kinds;
  const alone = varied.map((kind) => [kind]);
  return varied.length > 1 ? [...alone, varied] : alone;
}

describe.each(Object.entries(REQUESTS))('%s', (procedure, rows) => {
  test.each(TOKENS)("[A4] with a %s token, another tenant's ids are answered as unknown ones are", async (token) => {
    for (const [index, row] of rows.entries()) {
      for (const kinds of combinations(kindsIn(row.input, idsFrom(world.own)), row, token)) {
        const what = `${procedure}[${index}] ${token} ${kinds.join('+')}`;
        const foreign = await attempt({ procedure, row, token, kinds }, world.foreign);
        const unknown = await attempt({ procedure, row, token, kinds }, world.unknown);
        expectNoForeignByte(what, foreign);
        expect([what, foreign.answer.status, shapeOf(foreign.answer.text, foreign.ids)]).toEqual([
          what,
          unknown.answer.status,
          shapeOf(unknown.answer.text, unknown.ids),
        ]);
        expect([what, foreign.answer.status]).not.toEqual([what, 500]);
      }
    }
  });
});

test('[A4] after all of it nothing was written for the other tenant', async () => {
  expect(await contentsOf(db, world.foreignTenantId)).toEqual(foreignBefore);
});
