import { defineTable } from '../../engine/working-set.ts';

export interface WorkRow {
  readonly workId: string;
  readonly branchId: string;
  readonly actorId: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
}

export const attendanceWork = defineTable<WorkRow>({
  table: 'attendance_work',
  columns: { workId: 'text', branchId: 'uuid', actorId: 'uuid', startedAt: 'timestamptz', endedAt: 'timestamptz' },
  key: ['workId'],
  lookups: { openOfActor: { on: ['branchId', 'actorId'], where: { endedAt: null } } },
});
