import { pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant, int8 } from './column-types.ts';

export const deviceCheckpoint = pgTable(
  'device_checkpoint',
  {
    tenantId: uuid('tenant_id').notNull(),
    deviceId: uuid('device_id').notNull(),
    branchId: uuid('branch_id').notNull(),
    scopeHash: text('scope_hash').notNull(),
    scopes: text().array().notNull(),
    epoch: int8('epoch').notNull(),
    seq: int8('seq').notNull(),
    presentedAt: instant('presented_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.deviceId, table.branchId, table.scopeHash] })],
);
