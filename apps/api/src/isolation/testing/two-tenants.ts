import { randomBytes, randomUUID } from 'node:crypto';
import type { Database } from '@modula/db';
import { encodeCursor, parseBranchId, parseScopes, parseTenantId, type CursorKey, type JsonObject, type OperationType } from '@modula/sync-core';
import { mintEnrolmentCode } from '../../admin/secrets/enrolment-code.ts';
import { openDrawer, wireTill } from '../../faults/testing/wire-till.ts';
import { saleOf } from '../../modules/testing/sale-payload.ts';
import { provisionSpec, testClient, type TestDevice } from '../../testing/index.ts';
import { callProcedure } from './call-procedure.ts';
import type { IdSource } from './ids.ts';
import { PULLED_SCOPES } from './requests.ts';
import { contentsOf } from './tenant-contents.ts';
import { uuidsIn } from './shape.ts';

export type TokenKind = 'device' | 'actor' | 'support';

export interface TwoTenants {
  /** The caller's tokens: a till and the owner of the own tenant, and an administrator of support. */
  readonly tokens: { readonly [Kind in TokenKind]: string };
  readonly own: IdSource;
  readonly foreign: IdSource;
  readonly unknown: IdSource;
  readonly foreignTenantId: string;
  /** Stands in every name and text of the foreign tenant. */
  readonly marker: string;
  /** Every id that the foreign tenant's rows hold. */
  readonly foreignIds: ReadonlySet<string>;
}

interface Cafe {
  readonly tenantId: string;
  readonly branchId: string;
  readonly actorId: string;
  readonly actorToken: string;
  readonly device: TestDevice;
}

const PIN = '4711';
/** More of each kind than one test of the matrix takes. */
const OF_EACH = 40;

/** The tenant that calls, and another one with one of everything that could be asked for. */
export async function provisionTwoTenants(
  service: { readonly url: string; readonly databaseUrl: string },
  { db, cursorKey }: { readonly db: Database; readonly cursorKey: CursorKey },
): Promise<TwoTenants> {
  const marker = `zq${randomBytes(6).toString('hex')}`;
  const [own, foreign] = [await provisionCafe(service.databaseUrl, 'own'), await provisionCafe(service.databaseUrl, marker)];
  const sealed = (tenantId: string, branchId: string) => sealedCursor(cursorKey, { tenantId, branchId });
  const possessions = await fill(service.url, foreign, marker);
  const drawer = openDrawer();
  const dependency = randomUUID();
  await direct(service.url, own, { type: 'cashSession.open', payload: drawer, clientOpId: dependency });
  await failOnce(service.url, own);
  const foreignIds = new Set([...(await contentsOf(db, foreign.tenantId)).values()].flat().flatMap(uuidsIn));

  const fixed = { tenantId: own.tenantId, branchId: own.branchId, deviceId: own.device.deviceId, actorId: own.actorId, cashSessionId: drawer.cashSessionId };
  return {
    marker,
    foreignIds,
    foreignTenantId: foreign.tenantId,
    tokens: { device: own.device.deviceToken, actor: own.actorToken, support: await supportToken(service) },
    own: chosen({ ...fixed, dependency, cursor: sealed(own.tenantId, own.branchId) }, () => randomUUID()),
    foreign: chosen(
      { tenantId: foreign.tenantId, branchId: foreign.branchId, deviceId: foreign.device.deviceId, actorId: foreign.actorId, cursor: sealed(foreign.tenantId, foreign.branchId) },
      (kind) => (kind === 'enrolmentCode' ? codeOf(foreign.tenantId) : possessions(kind)),
    ),
    unknown: chosen({}, (kind) => {
      if (kind === 'cursor') return sealed(randomUUID(), randomUUID());
      return kind === 'enrolmentCode' ? codeOf(randomUUID()) : randomUUID();
    }),
  };
}

function chosen(fixed: { readonly [kind: string]: string }, otherwise: IdSource): IdSource {
  return (kind) => fixed[kind] ?? otherwise(kind);
}

async function provisionCafe(databaseUrl: string, mark: string): Promise<Cafe> {
  const { tenants } = await provisionSpec(databaseUrl, {
    tenants: [
      {
        name: `tenant ${mark} ${randomUUID()}`,
        branches: [{ name: `branch ${mark}` }],
        actors: [{ name: `actor ${mark}`, role: 'OWNER', pin: PIN }],
        devices: [{ name: `till ${mark}`, branch: `branch ${mark}`, actors: [`actor ${mark}`] }],
      },
    ],
  });
  const { tenantId, branches, actors, devices } = tenants![0]!;
  const { deviceId, deviceToken = '' } = devices![0]!;
  const { actorId, actorToken = '' } = actors![0]!;
  return { tenantId, branchId: branches![0]!.branchId, actorId, actorToken, device: { deviceId, deviceToken } };
}

/** Something for the console's lists to show. */
async function failOnce(url: string, { branchId, actorId, device }: Cafe): Promise<void> {
  const input = { clientOpId: randomUUID(), branchId, actorId, payload: { saleId: randomUUID(), reason: 'never sold' } };
  await callProcedure(url, { procedure: 'sale.void', method: 'POST', token: device.deviceToken, input });
}

async function supportToken({ url, databaseUrl }: { readonly url: string; readonly databaseUrl: string }): Promise<string> {
  const signIn = { email: `${randomUUID()}@example.org`, password: 'correct horse battery' };
  await provisionSpec(databaseUrl, { support: [{ ...signIn, role: 'ADMIN' }] });
  return (await testClient(url, null).console.signIn.mutate(signIn)).token;
}

/** Gives a tenant something of every kind, and answers a source of their ids, each handed out once until all are. */
async function fill(url: string, cafe: Cafe, marker: string): Promise<IdSource> {
  const till = wireTill(cafe, cafe.device);
  const many = Array.from({ length: OF_EACH }, () => ({
    drawer: openDrawer(),
    saleId: randomUUID(),
    cashMovementId: randomUUID(),
    workId: randomUUID(),
  }));
  const operations = many.flatMap(({ drawer, saleId, cashMovementId, workId }) => [
    till.operation('cashSession.open', drawer),
    till.operation('sale.finalize', { ...saleOf({ saleId, cashSessionId: drawer.cashSessionId }), receiptNumber: marker }),
    till.operation('cashSession.movement', { movementId: cashMovementId, cashSessionId: drawer.cashSessionId, kind: 'PAID_IN', amountMinor: 7, reason: marker }),
    till.operation('cashSession.close', { cashSessionId: drawer.cashSessionId, countedMinor: 1 }),
    till.operation('attendance.startWork', { workId }),
    till.operation('attendance.endWork', { workId }),
    // Fails: its drawer was never opened. Somebody may want to retry it.
    till.operation('sale.finalize', { ...saleOf({ saleId: randomUUID(), cashSessionId: randomUUID() }), receiptNumber: marker }),
  ]);
  for (let from = 0; from < operations.length; from += 150) await till.push(url, operations.slice(from, from + 150));

  const catalogue = many.slice(0, OF_EACH / 2).map(() => ({ menuItemId: randomUUID(), categoryId: randomUUID(), discountId: randomUUID(), stockItemId: randomUUID(), stockMovementId: randomUUID() }));
  for (const { menuItemId, categoryId, discountId, stockItemId, stockMovementId } of catalogue) {
    await direct(url, cafe, { type: 'menu.upsertItem', payload: { menuItemId, name: marker, category: null, priceMinor: 1, stockItemId } });
    await direct(url, cafe, { type: 'menu.upsertCategory', payload: { categoryId, name: marker, position: 1 } });
    await direct(url, cafe, { type: 'discount.upsert', payload: { discountId, name: marker, percent: 1, appliesTo: 'ALL' } });
    await direct(url, cafe, { type: 'inventory.restock', payload: { movementId: stockMovementId, stockItemId, quantity: 5, reason: marker } });
  }
  const clientOpIds = operations.map(({ clientOpId }) => clientOpId);
  const pools = new Map<string, string[]>([
    // Apart: an id that the caller has used itself is no longer unknown to it.
    ['clientOpId', clientOpIds.slice(10)],
    ['dependency', clientOpIds.slice(0, 10)],
    ['auditId', clientOpIds],
    ['cashSessionId', many.map(({ drawer }) => drawer.cashSessionId)],
    ['webhookId', [randomUUID()]],
  ]);
  for (const row of [...many, ...catalogue]) {
    for (const [kind, id] of Object.entries(row)) if (typeof id === 'string') pools.set(kind, [...(pools.get(kind) ?? []), id]);
  }
  return (kind) => {
    const pool = pools.get(kind) ?? [];
    const id = pool.shift();
    if (id === undefined) throw new Error(`the foreign tenant has no ${kind} left`);
    pool.push(id);
    return id;
  };
}

async function direct(
  url: string,
  { branchId, actorId, device }: Cafe,
  { type, payload, clientOpId = randomUUID() }: { readonly type: OperationType; readonly payload: JsonObject; readonly clientOpId?: string },
): Promise<void> {
  const { status, text } = await callProcedure(url, { procedure: type, method: 'POST', token: device.deviceToken, input: { clientOpId, branchId, actorId, payload } });
  if (status !== 200) throw new Error(text);
}

function sealedCursor(current: CursorKey, place: { readonly tenantId: string; readonly branchId: string }): string {
  const scopes = parseScopes(PULLED_SCOPES);
  if (scopes.kind !== 'ok') throw new Error('the scopes of the matrix are not scopes');
  const [tenantId, branchId] = [parseTenantId(place.tenantId)!, parseBranchId(place.branchId)!];
  return encodeCursor({ tenantId, branchId, epoch: 1, seq: 1, baseSeq: 1, scopeHash: scopes.hash }, { current, accepted: [] });
}

/** A code of the right shape that names a tenant and was never given out. */
function codeOf(tenantId: string): string {
  return mintEnrolmentCode(parseTenantId(tenantId)!, (length) => randomBytes(length)).secret;
}
