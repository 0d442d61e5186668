import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { branchId, instant, jsonObject, sequence, text } from './fields.ts';

/** A cursor of any text gets as far as the decoder: what is not one is a reset, not a bad request (P3). */
export const pullInput = z.strictObject({
  branchId,
  /** Which scopes there are is for `parseScopes` to say, so that the answer can name the unknown one (P7). */
  moduleScopes: z.array(z.string().max(200)).max(LIMITS.scopesPerPull),
  cursor: z.string().max(10_000).nullish().transform((cursor) => cursor ?? null),
  limit: z.int().min(1).max(LIMITS.pullLimitMax).default(LIMITS.pullLimitDefault),
});

export const change = z.strictObject({
  seq: sequence.min(1),
  entityKind: text(200),
  entityId: text(200),
  opKind: z.enum(['UPSERT', 'TOMBSTONE']),
  payload: jsonObject.nullable(),
  occurredAt: instant,
  actorId: z.string().max(36).nullable(),
  clientOpId: z.string().max(36).nullable(),
});

export const proof = z.record(text(200), z.strictObject({ count: z.int().min(0), hash: z.string().regex(/^[0-9a-f]{64}$/) }));

/** For documents and tests. The service hands stored text through, and a till reads what it needs. */
export const pullPage = z.strictObject({
  changes: z.array(change).max(LIMITS.pullLimitMax),
  cursor: z.string().max(200),
  hasMore: z.boolean(),
  head: sequence,
  liveCount: z.int().min(0),
  serverTime: instant,
  proof: proof.nullable(),
});

export const nudgesInput = z.strictObject({
  branchId,
  /** tRPC puts the id of the last tracked event here when a subscription resumes. */
  lastEventId: text(100).nullish(),
});
export const nudge = z.strictObject({ branchId, head: sequence });

export type PullInput = z.output<typeof pullInput>;
export type Nudge = z.output<typeof nudge>;
