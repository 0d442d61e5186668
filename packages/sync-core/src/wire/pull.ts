import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { branchId } from './fields.ts';

/** A cursor of any text gets as far as the decoder: what is not one is a reset, not a bad request (P3). */
export const pullInput = z.strictObject({
  branchId,
  /** Which scopes there are is for `parseScopes` to say, so that the answer can name the unknown one (P7). */
  moduleScopes: z.array(z.string().max(200)).max(LIMITS.scopesPerPull),
  cursor: z.string().max(10_000).nullish().transform((cursor) => cursor ?? null),
  limit: z.int().min(1).max(LIMITS.pullLimitMax).default(LIMITS.pullLimitDefault),
});
