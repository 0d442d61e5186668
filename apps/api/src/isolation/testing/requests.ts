import { randomUUID } from 'node:crypto';
import { payloadHash, type JsonObject, type OperationType } from '@modula/sync-core';
import { saleOf } from '../../modules/testing/sale-payload.ts';
import type { IdKind, Ids } from './ids.ts';

/** One way to call a procedure, with the ids of somebody. */
export interface RequestRow {
  readonly method: 'GET' | 'POST' | 'SSE';
  readonly input: (ids: Ids) => unknown;
  /** Own ids that must be new for each call, because a success uses them up. */
  readonly fresh?: readonly IdKind[];
  /** Makes, by the owner, what the call needs. */
  readonly arrange?: { readonly procedure: string; readonly input: (ids: Ids) => unknown };
  /** Puts back what a success changed, so that the next call meets the same state. */
  readonly undo?: { readonly procedure: string; readonly input: (ids: Ids) => unknown };
  /** Support staff may name any tenant here: that is what support is for. What they name inside of it must be its own. */
  readonly support?: boolean;
}

const get = (input: RequestRow['input']): RequestRow => ({ method: 'GET', input });
const post = (input: RequestRow['input']): RequestRow => ({ method: 'POST', input });
const staffRead = (input: (ids: Ids) => object): RequestRow => ({ ...get((ids) => ({ tenantId: ids.tenantId, ...input(ids) })), support: true });
const staffAct = (input: (ids: Ids) => object): RequestRow => ({ ...post((ids) => ({ tenantId: ids.tenantId, reason: 'a test', ...input(ids) })), support: true });

export const PULLED_SCOPES = ['sale.*', 'menu.*', 'context.*'];

/** Higher than any before: the till of the tests makes its operations one after the other. */
let lastDeviceSeq = 0;

function envelope(ids: Ids, type: OperationType, payload: JsonObject) {
  lastDeviceSeq += 1;
  return {
    clientOpId: ids.clientOpId,
    deviceId: ids.deviceId,
    deviceSeq: lastDeviceSeq,
    type,
    version: 1,
    tenantId: ids.tenantId,
    branchId: ids.branchId,
    actorId: ids.actorId,
    payload,
    payloadHash: payloadHash(payload),
    dependsOn: [ids.dependency],
    occurredAt: '2026-11-22T08:00:00.000Z',
  };
}

function sale(ids: Ids): JsonObject {
  const payload = saleOf({ saleId: ids.saleId, cashSessionId: ids.cashSessionId });
  return { ...payload, lines: payload.lines.map((line) => ({ ...line, menuItemId: ids.menuItemId })) };
}

const pushed = (ids: Ids) => ({
  operations: [
    envelope(ids, 'sale.finalize', sale(ids)),
    { ...envelope(ids, 'cashSession.movement', movement(ids)), clientOpId: randomUUID() },
    { ...envelope(ids, 'attendance.endWork', { workId: ids.workId }), clientOpId: randomUUID() },
  ],
});

function movement(ids: Ids): JsonObject {
  return { movementId: ids.cashMovementId, cashSessionId: ids.cashSessionId, kind: 'PAID_IN', amountMinor: 100, reason: 'change' };
}

const call = (payload: (ids: Ids) => JsonObject, around: Pick<RequestRow, 'fresh' | 'arrange' | 'undo'> = {}): RequestRow => ({
  ...post((ids) => ({ clientOpId: ids.clientOpId, branchId: ids.branchId, actorId: ids.actorId, dependsOn: [ids.dependency], payload: payload(ids) })),
  ...around,
});

const by = (procedure: string, payload: (ids: Ids) => JsonObject): NonNullable<RequestRow['undo']> => ({
  procedure,
  input: (ids) => ({ clientOpId: randomUUID(), branchId: ids.branchId, actorId: ids.actorId, payload: payload(ids) }),
});

const stock = (ids: Ids): JsonObject => ({ movementId: ids.stockMovementId, stockItemId: ids.stockItemId, quantity: 1, reason: 'a test' });

/**
 * The isolation matrix: every procedure of the service with every id that it takes. A procedure without a row fails the
 * test; an empty row says that it takes no id of a tenant.
 */
export const REQUESTS: { readonly [procedure: string]: readonly RequestRow[] } = {
  // First, while no failed operation of the caller names an id of the other tenant.
  'console.signIn': [],
  'console.signOut': [],
  'console.me': [],
  // Lists every tenant: its door is the role, which console tests hold.
  'console.tenants': [{ ...get(({ tenantId }) => ({ after: { name: '', tenantId } })), support: true }],
  'console.streams': [staffRead(() => ({}))],
  // Its `after` is a place in an order, not the name of anything. Any id there means "what sorts behind it".
  'console.devices': [staffRead(() => ({}))],
  'console.webhooks': [staffRead(() => ({}))],
  'console.feed': [staffRead(({ branchId }) => ({ branchId }))],
  'console.failedOperations': [
    staffRead(({ branchId }) => ({ branchId })),
    staffRead(({ deviceId }) => ({ deviceId })),
    staffRead(({ clientOpId }) => ({ after: { decidedAt: '2099-01-01T00:00:00.000Z', clientOpId } })),
  ],
  'console.operation': [staffRead(({ clientOpId }) => ({ clientOpId }))],
  'console.audit': [staffRead(({ auditId }) => ({ limit: 5, after: { appliedAt: '2099-01-01T00:00:00.000Z', auditId } }))],
  'console.retry': [staffAct(({ clientOpId }) => ({ clientOpId, withDependents: true }))],
  'console.waive': [staffAct(({ clientOpId }) => ({ clientOpId }))],
  'console.setStatus': [
    staffAct(({ branchId }) => ({ change: { of: 'branch', branchId, status: 'FROZEN' } })),
    staffAct(({ actorId }) => ({ change: { of: 'actor', actorId, status: 'REVOKED' } })),
    staffAct(({ deviceId }) => ({ change: { of: 'device', deviceId, status: 'REVOKED' } })),
  ],
  'console.moveEpoch': [staffAct(({ branchId }) => ({ branches: [branchId] }))],
  'console.addWebhook': [{ ...post(({ tenantId }) => ({ tenantId, url: 'https://example.org/hook' })), support: true }],
  'console.removeWebhook': [{ ...post(({ tenantId, webhookId }) => ({ tenantId, webhookId })), support: true }],

  'device.enroll': [post(({ enrolmentCode }) => ({ code: enrolmentCode }))],
  'device.signIn': [post(({ actorId }) => ({ actorId, pin: '4711' }))],
  'device.signOut': [post(({ actorId }) => ({ actorId }))],

  'sync.push': [post(pushed)],
  'sync.rehearse': [{ ...post(pushed), support: true }],
  'sync.pull': [get(({ branchId, cursor }) => ({ branchId, cursor, moduleScopes: PULLED_SCOPES }))],
  'sync.report': [post(() => ({ queue: [] }))],
  'sync.operations': [get(({ clientOpId, dependency }) => ({ clientOpIds: [clientOpId, dependency] }))],
  'sync.nudges': [{ method: 'SSE', input: ({ branchId }) => ({ branchId }) }],

  'sale.finalize': [call(sale)],
  'sale.void': [
    call(({ saleId }) => ({ saleId, reason: 'a test' }), {
      arrange: by('sale.finalize', ({ saleId }) => ({ ...saleOf({ saleId, method: 'KHQR' }) })),
    }),
  ],
  'cashSession.open': [call(({ cashSessionId }) => ({ cashSessionId, openingFloatMinor: 1 }), { fresh: ['cashSessionId'] })],
  'cashSession.movement': [call(movement)],
  'cashSession.close': [
    call(({ cashSessionId }) => ({ cashSessionId, countedMinor: 1 }), {
      fresh: ['cashSessionId'],
      arrange: by('cashSession.open', ({ cashSessionId }) => ({ cashSessionId, openingFloatMinor: 1 })),
    }),
  ],
  'attendance.startWork': [call(({ workId }) => ({ workId }), { undo: by('attendance.endWork', ({ workId }) => ({ workId })) })],
  'attendance.endWork': [
    call(({ workId }) => ({ workId }), { arrange: by('attendance.startWork', ({ workId }) => ({ workId })), undo: by('attendance.endWork', ({ workId }) => ({ workId })) }),
  ],
  'inventory.restock': [call(stock)],
  'inventory.adjust': [call(stock)],
  'menu.upsertItem': [
    call(({ menuItemId, stockItemId }) => ({ menuItemId, name: 'Tea', category: null, priceMinor: 1, stockItemId })),
    call(({ menuItemId }) => ({ menuItemId, name: 'Tea', category: null, priceMinor: 1 })),
  ],
  'menu.removeItem': [
    call(({ menuItemId }) => ({ menuItemId }), {
      fresh: ['menuItemId'],
      arrange: by('menu.upsertItem', ({ menuItemId }) => ({ menuItemId, name: 'Tea', category: null, priceMinor: 1 })),
    }),
  ],
  'menu.upsertCategory': [call(({ categoryId }) => ({ categoryId, name: 'Hot', position: 1 }))],
  'menu.removeCategory': [call(({ categoryId }) => ({ categoryId }))],
  'policy.update': [call(() => ({ saleVatEnabled: true }))],
  'discount.upsert': [
    call(({ discountId, menuItemId }) => ({ discountId, name: 'Hour', percent: 5, appliesTo: 'ITEMS', menuItemIds: [menuItemId] })),
  ],
  'discount.remove': [call(({ discountId }) => ({ discountId }))],
};
