import { pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { bit256, int8 } from './column-types.ts';

export const streamProof = pgTable(
  'stream_proof',
  {
    tenantId: uuid('tenant_id').notNull(),
    branchId: uuid('branch_id').notNull(),
    entityKind: text('entity_kind').notNull(),
    liveCount: int8('live_count').notNull(),
    hash: bit256('hash').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.branchId, table.entityKind] })],
);

export const sharedProof = pgTable(
  'shared_proof',
  {
    tenantId: uuid('tenant_id').notNull(),
    entityKind: text('entity_kind').notNull(),
    liveCount: int8('live_count').notNull(),
    hash: bit256('hash').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.entityKind] })],
);
