import { z } from 'zod';
import { parseActorId, parseBranchId, parseClientOpId, parseDeviceId, parseTenantId } from '../ids.ts';
import { checkText } from '../text.ts';
import { parseInstant } from './instant.ts';

/** A field whose only way in is a parse function: what comes out has its brand. */
function parsed<Value>(maxLength: number, parse: (text: string) => Value | null, message: string) {
  return z
    .string()
    .max(maxLength)
    .transform((sent, context) => {
      const value = parse(sent);
      if (value !== null) return value;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    });
}

export const tenantId = parsed(36, parseTenantId, 'must be a UUID');
export const branchId = parsed(36, parseBranchId, 'must be a UUID');
export const deviceId = parsed(36, parseDeviceId, 'must be a UUID');
export const actorId = parsed(36, parseActorId, 'must be a UUID');
export const clientOpId = parsed(36, parseClientOpId, 'must be a UUID');
export const instant = parsed(40, parseInstant, 'must be an ISO-8601 instant with a time zone');

export function text(maxLength: number) {
  return z
    .string()
    .max(maxLength)
    .refine((value) => checkText(value) === null, 'must be well-formed text without U+0000');
}

/** A position in a stream or in a device's order: 0 means before the first. */
export const sequence = z.int().min(0);
