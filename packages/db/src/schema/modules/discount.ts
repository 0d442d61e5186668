import { boolean, doublePrecision, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';

export const discountRule = pgTable(
  'discount_rule',
  {
    tenantId: uuid('tenant_id').notNull(),
    discountId: text('discount_id').notNull(),
    name: text().notNull(),
    percent: doublePrecision().notNull(),
    appliesTo: text('applies_to').notNull(),
    menuItemIds: text('menu_item_ids').array().notNull(),
    removed: boolean().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.discountId] })],
);
