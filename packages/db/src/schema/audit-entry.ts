import { pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './column-types.ts';

export const auditEntry = pgTable(
  'audit_entry',
  {
    tenantId: uuid('tenant_id').notNull(),
    auditId: uuid('audit_id').notNull(),
    action: text().notNull(),
    clientOpId: uuid('client_op_id'),
    lane: text(),
    branchId: uuid('branch_id'),
    deviceId: uuid('device_id'),
    actorId: uuid('actor_id'),
    operator: text(),
    reason: text(),
    details: text(),
    capturedAt: instant('captured_at'),
    appliedAt: instant('applied_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.auditId] })],
);
