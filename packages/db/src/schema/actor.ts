import { boolean, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './column-types.ts';

export const actor = pgTable(
  'actor',
  {
    tenantId: uuid('tenant_id').notNull(),
    actorId: uuid('actor_id').notNull(),
    name: text().notNull(),
    role: text().notNull(),
    status: text().default('ACTIVE').notNull(),
    pinHash: text('pin_hash'),
    tokenHashes: text('token_hashes').array().default(['']).notNull(),
    createdAt: instant('created_at').defaultNow().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.actorId] })],
);

export const actorBranch = pgTable(
  'actor_branch',
  {
    tenantId: uuid('tenant_id').notNull(),
    actorId: uuid('actor_id').notNull(),
    branchId: uuid('branch_id').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.actorId, table.branchId] })],
);

export const deviceSignIn = pgTable(
  'device_sign_in',
  {
    tenantId: uuid('tenant_id').notNull(),
    deviceId: uuid('device_id').notNull(),
    actorId: uuid('actor_id').notNull(),
    active: boolean().notNull(),
    firstAt: instant('first_at').notNull(),
    lastAt: instant('last_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.deviceId, table.actorId] })],
);
