import type { JsonValue } from '@modula/sync-core';
import { upsert, type EntityChange, type EntityRef } from '../../engine/plug.ts';
import { capturedSale } from './captured.ts';
import type { SaleRow } from './table.ts';

export function saleRef(saleId: string): EntityRef {
  return { entityKind: 'sale.sale', entityId: saleId };
}

/** A sale as devices hold it: what was captured, how the world had moved on, and whether it still counts. */
export function saleChange(row: SaleRow): EntityChange {
  const { saleType, receiptNumber, lines, totals, policy, tender } = capturedSale(row);
  return upsert('sale.sale', row.saleId, {
    saleId: row.saleId,
    status: row.status,
    cashSessionId: row.cashSessionId,
    saleType,
    receiptNumber,
    lines,
    totals,
    policy,
    tender,
    variance: storedVariance(row),
    deviceId: row.deviceId,
    actorId: row.actorId,
    finalizedAt: row.finalizedAt,
    voidReason: row.voidReason,
    voidedAt: row.voidedAt,
  });
}

function storedVariance(row: SaleRow): JsonValue {
  // JSON.parse gives a JSON value by its nature.
  return row.variance === null ? null : (JSON.parse(row.variance) as JsonValue);
}
