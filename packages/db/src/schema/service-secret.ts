import { integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant } from './column-types.ts';

export const serviceSecret = pgTable(
  'service_secret',
  {
    name: text().notNull(),
    keyId: integer('key_id').notNull(),
    secret: text().notNull(),
    createdAt: instant('created_at').defaultNow().notNull(),
  },
  (table) => [primaryKey({ columns: [table.name, table.keyId] })],
);
