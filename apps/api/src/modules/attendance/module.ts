import { attendanceContract } from '@modula/sync-core/contracts';
import { plug, type PluggedModule } from '../../engine/plug.ts';
import { endWork } from './end-work.ts';
import { startWork } from './start-work.ts';

export function attendanceModule(): PluggedModule {
  return plug(attendanceContract, { 'attendance.startWork': startWork, 'attendance.endWork': endWork });
}
