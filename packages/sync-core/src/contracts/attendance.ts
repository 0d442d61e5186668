import { z } from 'zod';
import { defineContract } from '../module-contract.ts';
import { deviceMadeId } from './fields.ts';

export const attendancePayload = z.strictObject({ workId: deviceMadeId });

export const attendanceContract = defineContract({
  module: 'attendance',
  kinds: { 'attendance.work': { scope: 'branch' } },
  operations: {
    'attendance.startWork': { offline: true, scope: 'branch', permission: 'attendance.startWork', payload: attendancePayload },
    'attendance.endWork': { offline: true, scope: 'branch', permission: 'attendance.endWork', payload: attendancePayload },
  },
  failures: ['attendance.ALREADY_EXISTS', 'attendance.ALREADY_STARTED', 'attendance.NOT_FOUND', 'attendance.ALREADY_ENDED'],
});
