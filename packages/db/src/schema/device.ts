import { pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant, int8 } from './column-types.ts';

export const device = pgTable(
  'device',
  {
    tenantId: uuid('tenant_id').notNull(),
    deviceId: uuid('device_id').notNull(),
    branchId: uuid('branch_id').notNull(),
    name: text().notNull(),
    status: text().default('ACTIVE').notNull(),
    tokenHashes: text('token_hashes').array().default(['']).notNull(),
    lastSettledSeq: int8('last_settled_seq').default(0).notNull(),
    lastSeenAt: instant('last_seen_at'),
    createdAt: instant('created_at').defaultNow().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.deviceId] })],
);

export const deviceSequenceGap = pgTable(
  'device_sequence_gap',
  {
    tenantId: uuid('tenant_id').notNull(),
    deviceId: uuid('device_id').notNull(),
    fromSeq: int8('from_seq').notNull(),
    toSeq: int8('to_seq').notNull(),
    noticedAt: instant('noticed_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.deviceId, table.fromSeq] })],
);

export const enrolmentCode = pgTable(
  'enrolment_code',
  {
    tenantId: uuid('tenant_id').notNull(),
    codeHash: text('code_hash').notNull(),
    deviceId: uuid('device_id').notNull(),
    expiresAt: instant('expires_at').notNull(),
    usedAt: instant('used_at'),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.codeHash] })],
);

export const deviceManifest = pgTable(
  'device_manifest',
  {
    tenantId: uuid('tenant_id').notNull(),
    deviceId: uuid('device_id').notNull(),
    manifest: text().notNull(),
    reportedAt: instant('reported_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.deviceId] })],
);
