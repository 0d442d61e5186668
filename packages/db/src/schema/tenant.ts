import { pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant, int8 } from './column-types.ts';

export const tenant = pgTable('tenant', {
  tenantId: uuid('tenant_id').primaryKey(),
  name: text().notNull(),
  status: text().default('ACTIVE').notNull(),
  sharedHeadSeq: int8('shared_head_seq').default(0).notNull(),
  createdAt: instant('created_at').defaultNow().notNull(),
});

export const tenantDirectory = pgTable('tenant_directory', {
  tenantRef: uuid('tenant_ref').primaryKey(),
  name: text().notNull(),
});
