import { boolean, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { int8 } from '../column-types.ts';

export const menuItem = pgTable(
  'menu_item',
  {
    tenantId: uuid('tenant_id').notNull(),
    menuItemId: text('menu_item_id').notNull(),
    name: text().notNull(),
    category: text(),
    priceMinor: int8('price_minor').notNull(),
    stockItemId: text('stock_item_id'),
    active: boolean().notNull(),
    removed: boolean().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.menuItemId] })],
);

export const menuCategory = pgTable(
  'menu_category',
  {
    tenantId: uuid('tenant_id').notNull(),
    categoryId: text('category_id').notNull(),
    name: text().notNull(),
    position: integer().notNull(),
    removed: boolean().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.categoryId] })],
);
