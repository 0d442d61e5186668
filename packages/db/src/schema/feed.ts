import { pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { bit256, instant, int8 } from './column-types.ts';

export const feedEntry = pgTable(
  'feed_entry',
  {
    tenantId: uuid('tenant_id').notNull(),
    branchId: uuid('branch_id').notNull(),
    seq: int8('seq').notNull(),
    entityKind: text('entity_kind').notNull(),
    entityId: text('entity_id'),
    opKind: text('op_kind'),
    payload: text(),
    entityHash: bit256('entity_hash'),
    occurredAt: instant('occurred_at'),
    actorId: uuid('actor_id'),
    clientOpId: uuid('client_op_id'),
    sharedSeq: int8('shared_seq'),
    replacedBySeq: int8('replaced_by_seq'),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.branchId, table.seq] })],
);

export const sharedChange = pgTable(
  'shared_change',
  {
    tenantId: uuid('tenant_id').notNull(),
    sharedSeq: int8('shared_seq').notNull(),
    entityKind: text('entity_kind').notNull(),
    entityId: text('entity_id').notNull(),
    opKind: text('op_kind').notNull(),
    payload: text(),
    entityHash: bit256('entity_hash'),
    occurredAt: instant('occurred_at').notNull(),
    actorId: uuid('actor_id'),
    clientOpId: uuid('client_op_id'),
    replacedBySeq: int8('replaced_by_seq'),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.sharedSeq] })],
);

export const streamMark = pgTable(
  'stream_mark',
  {
    tenantId: uuid('tenant_id').notNull(),
    branchId: uuid('branch_id').notNull(),
    markedAt: instant('marked_at').notNull(),
    headSeq: int8('head_seq').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.branchId, table.markedAt] })],
);
