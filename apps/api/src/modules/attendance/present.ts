import type { EntityChange, EntityRef } from '../../engine/plug.ts';
import { upsert } from '../../engine/plug.ts';
import type { WorkRow } from './table.ts';

export function workRef(workId: string): EntityRef {
  return { entityKind: 'attendance.work', entityId: workId };
}

export function workChange(row: WorkRow): EntityChange {
  return upsert('attendance.work', row.workId, {
    workId: row.workId,
    actorId: row.actorId,
    status: row.endedAt === null ? 'STARTED' : 'ENDED',
    startedAt: row.startedAt,
    endedAt: row.endedAt,
  });
}
