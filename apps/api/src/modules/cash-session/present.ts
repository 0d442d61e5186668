import type { EntityChange, EntityRef } from '../../engine/plug.ts';
import { upsert } from '../../engine/plug.ts';
import type { CashMovementRow, CashSessionRow } from './table.ts';

export function sessionRef(cashSessionId: string): EntityRef {
  return { entityKind: 'cashSession.session', entityId: cashSessionId };
}

/**
 * A sale moves the drawer without publishing its session, so the figures that sales move are told only when the
 * session is closed: told earlier, every till would hold a number that the next sale makes wrong (F4).
 */
export function sessionChange(row: CashSessionRow): EntityChange {
  const isClosed = row.status === 'CLOSED';
  return upsert('cashSession.session', row.cashSessionId, {
    cashSessionId: row.cashSessionId,
    status: row.status,
    deviceId: row.deviceId,
    openedBy: row.openedBy,
    openedAt: row.openedAt,
    openingFloatMinor: row.openingFloatMinor,
    paidInMinor: row.paidInMinor,
    paidOutMinor: row.paidOutMinor,
    adjustmentMinor: row.adjustmentMinor,
    cashSalesMinor: isClosed ? row.cashSalesMinor : null,
    expectedMinor: isClosed ? row.expectedMinor : null,
    countedMinor: row.countedMinor,
    varianceMinor: row.varianceMinor,
    closedBy: row.closedBy,
    closedAt: row.closedAt,
  });
}

export function movementRef(movementId: string): EntityRef {
  return { entityKind: 'cashSession.movement', entityId: movementId };
}

export function movementChange(row: CashMovementRow): EntityChange {
  return upsert('cashSession.movement', row.movementId, {
    movementId: row.movementId,
    cashSessionId: row.cashSessionId,
    kind: row.kind,
    amountMinor: row.amountMinor,
    reason: row.reason,
    actorId: row.actorId,
    occurredAt: row.occurredAt,
  });
}
