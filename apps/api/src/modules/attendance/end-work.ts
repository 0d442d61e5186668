import type { PayloadOf } from '@modula/sync-core/contracts';
import { accepted, rejected, type Handler } from '../../engine/plug.ts';
import { branchOf } from '../branch-of.ts';
import { workChange, workRef } from './present.ts';
import { attendanceWork, type WorkRow } from './table.ts';

/** Clocks an actor out of its own work. Somebody else's work is not told from one that does not exist. */
export const endWork: Handler<PayloadOf<'attendance.endWork'>> = {
  prepare(rows, command) {
    rows.of(attendanceWork).want(command.payload.workId);
  },

  decide(rows, command) {
    const works = rows.of(attendanceWork);
    const { workId } = command.payload;
    const work = works.get(workId);
    if (work === undefined || work.branchId !== branchOf(command) || work.actorId !== command.actorId) {
      return rejected('attendance.NOT_FOUND', null, { workId });
    }
    if (work.endedAt !== null) return rejected('attendance.ALREADY_ENDED', workRef(workId), { workId });
    const row: WorkRow = { ...work, endedAt: command.occurredAt };
    works.put(row);
    return accepted({ workId }, [workChange(row)]);
  },
};
