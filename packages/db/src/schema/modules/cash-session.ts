import { pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant, int8 } from '../column-types.ts';

export const cashSession = pgTable(
  'cash_session',
  {
    tenantId: uuid('tenant_id').notNull(),
    cashSessionId: text('cash_session_id').notNull(),
    branchId: uuid('branch_id').notNull(),
    deviceId: uuid('device_id'),
    openedBy: uuid('opened_by').notNull(),
    status: text().notNull(),
    openingFloatMinor: int8('opening_float_minor').notNull(),
    cashSalesMinor: int8('cash_sales_minor').notNull(),
    paidInMinor: int8('paid_in_minor').notNull(),
    paidOutMinor: int8('paid_out_minor').notNull(),
    adjustmentMinor: int8('adjustment_minor').notNull(),
    expectedMinor: int8('expected_minor').notNull(),
    countedMinor: int8('counted_minor'),
    varianceMinor: int8('variance_minor'),
    openedAt: instant('opened_at').notNull(),
    closedAt: instant('closed_at'),
    closedBy: uuid('closed_by'),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.cashSessionId] })],
);

export const cashMovement = pgTable(
  'cash_movement',
  {
    tenantId: uuid('tenant_id').notNull(),
    movementId: text('movement_id').notNull(),
    branchId: uuid('branch_id').notNull(),
    cashSessionId: text('cash_session_id').notNull(),
    actorId: uuid('actor_id').notNull(),
    kind: text().notNull(),
    amountMinor: int8('amount_minor').notNull(),
    reason: text().notNull(),
    occurredAt: instant('occurred_at').notNull(),
    clientOpId: uuid('client_op_id').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.movementId] })],
);
