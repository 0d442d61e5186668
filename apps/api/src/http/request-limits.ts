import { LIMITS } from '@modula/sync-core';

/** A push of the full size, and the few bytes that tRPC puts around it. */
export const MAX_BODY_BYTES = LIMITS.pushBytes + 4_096;

export const MAX_BATCHED_CALLS = 10;

/** A GET carries its input in the URL: room for 500 ids, written as JSON and percent-encoded. */
export const MAX_HEADER_BYTES = 65_536;

/** Headers of every answer. Answers are one caller's, so no cache may keep them. */
export const COMMON_HEADERS = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
} as const;
