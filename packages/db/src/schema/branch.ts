import { pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant, int8 } from './column-types.ts';

export const branch = pgTable(
  'branch',
  {
    tenantId: uuid('tenant_id').notNull(),
    branchId: uuid('branch_id').notNull(),
    name: text().notNull(),
    status: text().default('ACTIVE').notNull(),
    createdAt: instant('created_at').defaultNow().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.branchId] })],
);

export const branchStream = pgTable(
  'branch_stream',
  {
    tenantId: uuid('tenant_id').notNull(),
    branchId: uuid('branch_id').notNull(),
    headSeq: int8('head_seq').default(0).notNull(),
    horizonSeq: int8('horizon_seq').default(0).notNull(),
    epoch: int8('epoch').default(1).notNull(),
    sharedThroughSeq: int8('shared_through_seq').default(0).notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.branchId] })],
);
