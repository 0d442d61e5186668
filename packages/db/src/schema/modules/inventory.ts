import { pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant, int8 } from '../column-types.ts';

export const stockItem = pgTable(
  'stock_item',
  {
    tenantId: uuid('tenant_id').notNull(),
    branchId: uuid('branch_id').notNull(),
    stockItemId: text('stock_item_id').notNull(),
    onHand: int8('on_hand').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.branchId, table.stockItemId] })],
);

export const stockMovement = pgTable(
  'stock_movement',
  {
    tenantId: uuid('tenant_id').notNull(),
    movementId: text('movement_id').notNull(),
    branchId: uuid('branch_id').notNull(),
    stockItemId: text('stock_item_id').notNull(),
    kind: text().notNull(),
    quantity: int8('quantity').notNull(),
    onHandAfter: int8('on_hand_after').notNull(),
    reason: text(),
    clientOpId: uuid('client_op_id').notNull(),
    occurredAt: instant('occurred_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.movementId] })],
);
