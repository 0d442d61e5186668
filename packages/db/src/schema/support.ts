import { pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './column-types.ts';

export const supportUser = pgTable('support_user', {
  supportUserId: uuid('support_user_id').primaryKey(),
  email: text().notNull(),
  passwordHash: text('password_hash').notNull(),
  role: text().notNull(),
  status: text().default('ACTIVE').notNull(),
  createdAt: instant('created_at').defaultNow().notNull(),
});

export const supportSession = pgTable('support_session', {
  tokenHash: text('token_hash').primaryKey(),
  supportUserId: uuid('support_user_id').notNull(),
  expiresAt: instant('expires_at').notNull(),
  createdAt: instant('created_at').defaultNow().notNull(),
});
