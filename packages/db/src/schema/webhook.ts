import { integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './column-types.ts';

export const webhook = pgTable(
  'webhook',
  {
    tenantId: uuid('tenant_id').notNull(),
    webhookId: uuid('webhook_id').notNull(),
    url: text().notNull(),
    secret: text().notNull(),
    status: text().default('ACTIVE').notNull(),
    createdAt: instant('created_at').defaultNow().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.webhookId] })],
);

export const outboxEvent = pgTable(
  'outbox_event',
  {
    tenantId: uuid('tenant_id').notNull(),
    eventId: uuid('event_id').notNull(),
    webhookId: uuid('webhook_id').notNull(),
    eventType: text('event_type').notNull(),
    body: text().notNull(),
    createdAt: instant('created_at').notNull(),
    attempts: integer().default(0).notNull(),
    nextAttemptAt: instant('next_attempt_at').notNull(),
    lastError: text('last_error'),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.eventId, table.webhookId] })],
);
