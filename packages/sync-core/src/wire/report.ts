import { z } from 'zod';
import { clientOpId, instant, sequence, text } from './fields.ts';

const queuedOperation = z.strictObject({
  clientOpId,
  deviceSeq: sequence.min(1),
  /** Not held to the known types: an app may be newer than the server. */
  type: text(100).min(1),
  status: z.enum(['PENDING', 'SYNCING', 'FAILED']),
  /** Why it is still there: the failure's code, or the last transport error. */
  failureCode: text(200).nullish(),
  attempts: z.int().min(0).exactOptional(),
  occurredAt: instant,
});

/** What a device says about itself. Support reads it when a till has gone quiet. */
export const reportInput = z.strictObject({
  queue: z.strictObject({
    pending: z.int().min(0),
    failed: z.int().min(0),
    /** The operations themselves, oldest first, as many as fit. */
    operations: z.array(queuedOperation).max(500),
  }),
  versions: z.strictObject({ app: text(100), sdk: text(100), platform: text(300).nullish() }),
  clock: z.strictObject({ deviceTime: instant }),
  storage: z
    .strictObject({ persisted: z.boolean().nullable(), usageBytes: z.int().min(0).nullable(), quotaBytes: z.int().min(0).nullable() })
    .nullish(),
  /** Proofs that did not match, by entity kind (Q8). */
  proofMismatches: z.array(text(100)).max(100).nullish(),
});

export type ReportInput = z.output<typeof reportInput>;
