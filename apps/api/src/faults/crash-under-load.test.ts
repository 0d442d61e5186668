import { openDatabase, type Database } from '@modula/db';
import { startTestPostgres, type TestPostgres } from '@modula/db/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { provisionTenant, startTestService, testClient, type TestService } from '../testing/index.ts';
import { brokenInvariants } from './testing/invariants.ts';
import { startLoad, type Load } from './testing/load.ts';
import { pullAll } from './testing/pull-all.ts';
import { wireTill } from './testing/wire-till.ts';

let postgres: TestPostgres;
let service: TestService;
let db: Database;

beforeAll(async () => {
  postgres = await startTestPostgres();
  service = await startTestService({ databaseUrl: postgres.url, nodes: 2 });
  db = await openDatabase({ url: postgres.url, maxConnections: 1, readConnections: 1 });
});
afterAll(async () => {
  await db.close();
  await service.stop();
  await postgres.close();
});

interface Kept {
  readonly clientOpId: string;
  readonly status: string;
  readonly streamSeq: number;
  readonly times: number;
}

/** Acknowledged operations that the database does not hold exactly as they were acknowledged. */
async function lostOf({ acknowledged }: Load, tenantId: string): Promise<string[]> {
  const rows = await db.read(tenantId, (tx) =>
    tx.query<Kept>(
      `SELECT client_op_id AS "clientOpId", status, stream_seq AS "streamSeq",
              (SELECT count(*) FROM sale AS s WHERE s.tenant_id = $1 AND s.client_op_id = o.client_op_id) AS times
         FROM operation AS o WHERE tenant_id = $1`,
      [tenantId],
    ),
  );
  const kept = new Map(rows.map((row) => [row.clientOpId, row]));
  return [...acknowledged].flatMap(([clientOpId, { streamSeq }]) => {
    const row = kept.get(clientOpId);
    return row?.status === 'SYNCED' && row.streamSeq === streamSeq && row.times <= 1 ? [] : [clientOpId];
  });
}

test('[G1][G5][F1] three kills of the database under four tills and two nodes: nothing acknowledged is lost, nothing is doubled', async () => {
  const tenant = await provisionTenant(postgres.url, { tills: 4 });
  const owner = testClient(service.url, tenant.actorToken);
  await owner.menu.upsertItem.mutate({
    clientOpId: crypto.randomUUID(),
    branchId: tenant.branchId,
    payload: { menuItemId: 'coffee', name: 'Iced coffee', category: null, priceMinor: 250, stockItemId: 'beans' },
  });
  const load = startLoad(tenant.devices.map((device) => wireTill(tenant, device)), service.nodes.map(({ url }) => url));
  await load.progress(40);
  for (let kill = 1; kill <= 3; kill += 1) {
    await postgres.kill9();
    await load.progress(60);
  }
  await load.stop();
  expect(load.contradictions).toEqual([]);
  expect(await lostOf(load, tenant.tenantId)).toEqual([]);
  expect(await brokenInvariants(db, tenant.tenantId)).toEqual([]);
  // Fresh tills of both nodes hold the same, and it is what the service says it is.
  const stream = { branchId: tenant.branchId, moduleScopes: ['sale.*', 'cashSession.session', 'inventory.*', 'menu.item'] };
  for (const [index, { url }] of service.nodes.entries()) {
    const { head, ownProof, servedProof } = await pullAll(url, tenant.devices[index]!.deviceToken, stream);
    expect(servedProof).toEqual(ownProof);
    expect(head).toBeGreaterThan(load.acknowledged.size);
  }
});
