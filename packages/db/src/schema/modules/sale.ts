import { pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant, int8 } from '../column-types.ts';

export const sale = pgTable(
  'sale',
  {
    tenantId: uuid('tenant_id').notNull(),
    saleId: text('sale_id').notNull(),
    branchId: uuid('branch_id').notNull(),
    deviceId: uuid('device_id'),
    actorId: uuid('actor_id').notNull(),
    cashSessionId: text('cash_session_id').notNull(),
    status: text().notNull(),
    captured: text().notNull(),
    variance: text(),
    grandTotalMinor: int8('grand_total_minor').notNull(),
    tenderMethod: text('tender_method').notNull(),
    finalizedAt: instant('finalized_at').notNull(),
    voidReason: text('void_reason'),
    voidedAt: instant('voided_at'),
    clientOpId: uuid('client_op_id').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.saleId] })],
);
