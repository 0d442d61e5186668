import { boolean, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant, int8 } from './column-types.ts';

export const operation = pgTable(
  'operation',
  {
    tenantId: uuid('tenant_id').notNull(),
    clientOpId: uuid('client_op_id').notNull(),
    lane: text().notNull(),
    deviceId: uuid('device_id'),
    deviceSeq: int8('device_seq'),
    type: text().notNull(),
    version: integer().notNull(),
    branchId: uuid('branch_id'),
    actorId: uuid('actor_id').notNull(),
    payload: text().notNull(),
    payloadHash: text('payload_hash').notNull(),
    dependsOn: uuid('depends_on').array().notNull(),
    occurredAt: instant('occurred_at').notNull(),
    receivedAt: instant('received_at').notNull(),
    streamBranchId: uuid('stream_branch_id'),
    status: text().notNull(),
    result: text(),
    streamSeq: int8('stream_seq'),
    failure: text(),
    failureCode: text('failure_code'),
    amountMinor: int8('amount_minor'),
    amountCurrency: text('amount_currency'),
    attempt: integer().default(1).notNull(),
    decidedAt: instant('decided_at').notNull(),
    announce: boolean().default(false).notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.clientOpId] })],
);

export const operationAttempt = pgTable(
  'operation_attempt',
  {
    tenantId: uuid('tenant_id').notNull(),
    clientOpId: uuid('client_op_id').notNull(),
    fingerprint: text().notNull(),
    kind: text().notNull(),
    attempt: integer(),
    deviceId: uuid('device_id'),
    envelope: text().notNull(),
    outcome: text().notNull(),
    requestedBy: text('requested_by'),
    reason: text(),
    attemptedAt: instant('attempted_at').notNull(),
    lastAttemptedAt: instant('last_attempted_at').notNull(),
    times: integer().default(1).notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.clientOpId, table.fingerprint] })],
);
