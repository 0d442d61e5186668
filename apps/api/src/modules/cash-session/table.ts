import { defineTable } from '../../engine/working-set.ts';

export interface CashSessionRow {
  readonly cashSessionId: string;
  readonly branchId: string;
  readonly deviceId: string | null;
  readonly openedBy: string;
  readonly status: 'OPEN' | 'CLOSED';
  readonly openingFloatMinor: number;
  readonly cashSalesMinor: number;
  readonly paidInMinor: number;
  readonly paidOutMinor: number;
  readonly adjustmentMinor: number;
  readonly expectedMinor: number;
  readonly countedMinor: number | null;
  readonly varianceMinor: number | null;
  readonly openedAt: string;
  readonly closedAt: string | null;
  readonly closedBy: string | null;
}

export const cashSession = defineTable<CashSessionRow>({
  table: 'cash_session',
  columns: {
    cashSessionId: 'text',
    branchId: 'uuid',
    deviceId: 'uuid',
    openedBy: 'uuid',
    status: 'text',
    openingFloatMinor: 'bigint',
    cashSalesMinor: 'bigint',
    paidInMinor: 'bigint',
    paidOutMinor: 'bigint',
    adjustmentMinor: 'bigint',
    expectedMinor: 'bigint',
    countedMinor: 'bigint',
    varianceMinor: 'bigint',
    openedAt: 'timestamptz',
    closedAt: 'timestamptz',
    closedBy: 'uuid',
  },
  key: ['cashSessionId'],
  // Served by the unique index cash_session_open_device.
  lookups: { openOfDevice: { on: ['deviceId'], where: { status: 'OPEN' } } },
});

export interface CashMovementRow {
  readonly movementId: string;
  readonly branchId: string;
  readonly cashSessionId: string;
  readonly actorId: string;
  readonly kind: 'PAID_IN' | 'PAID_OUT' | 'ADJUSTMENT';
  readonly amountMinor: number;
  readonly reason: string;
  readonly occurredAt: string;
  readonly clientOpId: string;
}

export const cashMovement = defineTable<CashMovementRow>({
  table: 'cash_movement',
  columns: {
    movementId: 'text',
    branchId: 'uuid',
    cashSessionId: 'text',
    actorId: 'uuid',
    kind: 'text',
    amountMinor: 'bigint',
    reason: 'text',
    occurredAt: 'timestamptz',
    clientOpId: 'uuid',
  },
  key: ['movementId'],
});
