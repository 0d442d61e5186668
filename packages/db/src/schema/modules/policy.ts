import { pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';

export const branchPolicy = pgTable(
  'branch_policy',
  {
    tenantId: uuid('tenant_id').notNull(),
    branchId: uuid('branch_id').notNull(),
    policy: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.branchId] })],
);
