import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { clientOpId, entityKind, instant, jsonObject, jsonValue, sequence, text } from './fields.ts';

export const evidence = z.strictObject({
  entityKind,
  entityId: text(200),
  seq: sequence,
  occurredAt: instant,
  actorId: z.string().max(36).nullable(),
  deviceSeenSeq: sequence.nullable(),
});

export const failure = z.strictObject({
  code: text(100),
  message: text(1000),
  details: jsonObject.nullable(),
  evidence: evidence.nullable(),
});

export const operationResult = z.strictObject({
  /** As it was sent, so not always a UUID. */
  clientOpId: z.string().max(LIMITS.pushBytes),
  duplicate: z.boolean(),
  status: z.enum(['SYNCED', 'FAILED', 'PENDING']),
  result: jsonValue.nullable(),
  streamSeq: sequence.nullable(),
  failure: failure.nullable(),
  retryAfterMs: z.int().min(0).nullable(),
});

export const pushOutput = z.strictObject({ serverTime: instant, results: z.array(operationResult).max(LIMITS.operationsPerPush) });

export const operationsInput = z.strictObject({ clientOpIds: z.array(clientOpId).min(1).max(LIMITS.operationsLookup) });
/** One place per id that was asked for, in that order; null where nothing was decided under it. */
export const operationsOutput = z.strictObject({ serverTime: instant, results: z.array(operationResult.nullable()).max(LIMITS.operationsLookup) });

export type OperationsOutput = z.output<typeof operationsOutput>;
