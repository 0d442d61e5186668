import { z } from 'zod';
import { isJsonObject, type JsonObject } from '../json.ts';
import { LIMITS } from '../limits.ts';
import { actorId, branchId, clientOpId } from './fields.ts';

/**
 * Input of a direct procedure. The payload is any object here: the engine judges it as it judges a replayed one, and
 * stores the refusal. `branchId` may be left out for tenant-wide operations, `actorId` where the token is an actor's.
 */
export const directInput = z.strictObject({
  clientOpId,
  branchId: branchId.nullish().transform((id) => id ?? null),
  payload: z.custom<JsonObject>(isJsonObject, 'must be an object'),
  dependsOn: z.array(clientOpId).max(LIMITS.dependsOn).optional().transform((ids) => ids ?? []),
  actorId: actorId.nullish().transform((id) => id ?? null),
});
