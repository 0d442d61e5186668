import { randomUUID } from 'node:crypto';
import { openDatabase, type Database } from '@modula/db';
import type { OfflineOperation, OperationResult } from '@modula/sync-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { saleOf } from '../modules/testing/sale-payload.ts';
import { provisionTenant, startTestService, type TestService } from '../testing/index.ts';
import { startHttpProxy, type HttpProxy, type RequestFault } from './testing/http-proxy.ts';
import { brokenInvariants } from './testing/invariants.ts';
import { openDrawer, wireTill, type WireTill } from './testing/wire-till.ts';

let service: TestService;
let proxy: HttpProxy;
let db: Database;

beforeAll(async () => {
  service = await startTestService({ nodes: 2 });
  proxy = await startHttpProxy(service.nodes.map(({ url }) => url));
  db = await openDatabase({ url: service.databaseUrl, maxConnections: 1, readConnections: 1 });
});
afterAll(async () => {
  await proxy.close();
  await db.close();
  await service.stop();
});

/** Sends until an answer arrives, as a till does. */
async function pushUntilAnswered(till: WireTill, operations: readonly OfflineOperation[]): Promise<readonly OperationResult[]> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await till.push(proxy.url, operations);
    } catch (error) {
      if (tries === 10) throw error;
    }
  }
}

test('[G1][G2] requests and answers that get lost between till and two nodes: every sale once, every repeat the same', async () => {
  const tenant = await provisionTenant(service.databaseUrl);
  const till = wireTill(tenant, tenant.devices[0]!);
  const drawer = openDrawer();
  await pushUntilAnswered(till, [till.operation('cashSession.open', drawer)]);
  const unlucky: readonly (readonly RequestFault[])[] = [
    ['drop-reply'],
    ['drop-request'],
    ['send-twice'],
    ['drop-request', 'drop-reply', 'drop-reply'],
    ['send-twice', 'drop-reply'],
    [],
  ];
  for (const faults of [...unlucky, ...unlucky]) {
    const before = proxy.happened.length;
    const batch = Array.from({ length: 3 }, () =>
      till.operation('sale.finalize', { ...saleOf({ saleId: randomUUID(), cashSessionId: drawer.cashSessionId }) }),
    );
    proxy.onRequest(...faults);
    const answered = await pushUntilAnswered(till, batch);
    // Faults behind the first answer meet the resend.
    const resent = await pushUntilAnswered(till, batch);
    expect(proxy.happened.slice(before)).toEqual(faults);
    for (const [index, result] of resent.entries()) {
      expect(result).toMatchObject({ status: 'SYNCED', duplicate: true });
      expect({ ...answered[index], duplicate: true }).toEqual(result);
    }
  }
  const [sold] = await db.read(tenant.tenantId, (tx) => tx.query<{ sales: number }>('SELECT count(*) AS sales FROM sale WHERE tenant_id = $1', [tenant.tenantId]));
  expect(sold).toEqual({ sales: unlucky.length * 2 * 3 });
  expect(await brokenInvariants(db, tenant.tenantId)).toEqual([]);
});
