import { z } from 'zod';
import { actorId, branchId, deviceId, tenantId, text } from './fields.ts';

export const enrollInput = z.strictObject({ code: text(200).min(1) });
export const enrollOutput = z.strictObject({ deviceId, deviceToken: text(500), tenantId, branchId });

export const signInInput = z.strictObject({ actorId, pin: text(100).min(1) });

export const signOutInput = z.strictObject({ actorId });
export const signOutOutput = z.strictObject({ actorId });

export type EnrollOutput = z.output<typeof enrollOutput>;
export type SignOutOutput = z.output<typeof signOutOutput>;
