import type { PayloadOf } from '@modula/sync-core/contracts';
import { accepted, rejected, type Handler } from '../../engine/plug.ts';
import { branchOf } from '../branch-of.ts';
import { workChange, workRef } from './present.ts';
import { attendanceWork, type WorkRow } from './table.ts';

/** Clocks an actor in: at most one open work per actor and branch. */
export const startWork: Handler<PayloadOf<'attendance.startWork'>> = {
  prepare(rows, command) {
    const works = rows.of(attendanceWork);
    works.want(command.payload.workId);
    works.wantBy('openOfActor', branchOf(command), command.actorId);
  },

  decide(rows, command) {
    const works = rows.of(attendanceWork);
    const { workId } = command.payload;
    if (works.get(workId) !== undefined) return rejected('attendance.ALREADY_EXISTS', workRef(workId), { workId });
    const [open] = works.find('openOfActor', branchOf(command), command.actorId);
    if (open !== undefined) return rejected('attendance.ALREADY_STARTED', workRef(open.workId), { workId: open.workId });
    const row: WorkRow = {
      workId,
      branchId: branchOf(command),
      actorId: command.actorId,
      startedAt: command.occurredAt,
      endedAt: null,
    };
    works.put(row);
    return accepted({ workId }, [workChange(row)]);
  },
};
