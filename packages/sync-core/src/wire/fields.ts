import { z } from 'zod';
import { ENTITY_KINDS } from '../entity-kinds.ts';
import { parseActorId, parseBranchId, parseClientOpId, parseDeviceId, parseTenantId } from '../ids.ts';
import { checkJson } from '../check-json.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
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
export const entityKind = z.enum(ENTITY_KINDS.map((info) => info.kind));

/** JSON that can be kept and given back (G6). */
export const jsonObject = z.custom<JsonObject>(
  (value) => isJsonObject(value) && checkJson(value) === null,
  'must be a JSON object, at most 32 deep, of well-formed text',
);
export const jsonValue = z.custom<JsonValue>((value) => checkJson(value) === null, 'must be JSON, at most 32 deep, of well-formed text');
