import { pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from '../column-types.ts';

export const attendanceWork = pgTable(
  'attendance_work',
  {
    tenantId: uuid('tenant_id').notNull(),
    workId: text('work_id').notNull(),
    branchId: uuid('branch_id').notNull(),
    actorId: uuid('actor_id').notNull(),
    startedAt: instant('started_at').notNull(),
    endedAt: instant('ended_at'),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.workId] })],
);
