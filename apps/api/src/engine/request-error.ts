import type { JsonObject } from '@modula/sync-core';

export type RequestErrorCode =
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'BAD_REQUEST'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'PAYLOAD_TOO_LARGE'
  | 'TOO_MANY_REQUESTS'
  | 'RESET_REQUIRED'
  | 'SERVICE_UNAVAILABLE';

export type ResetReason =
  | 'CURSOR_MALFORMED'
  | 'CURSOR_STREAM_MISMATCH'
  | 'SCOPE_MISMATCH'
  | 'STREAM_RESET'
  | 'RETENTION_EXPIRED'
  | 'CURSOR_AHEAD';

/** A whole request that is refused (contract 2.3). The door turns it into a tRPC error with `data.sync = { code, ...data }`. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: RequestErrorCode;
  readonly data: JsonObject;

  constructor(code: RequestErrorCode, message: string, data: JsonObject = {}) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** Nothing is answered about an archived branch, and nothing is taken from it (2.3, P5). */
export function branchArchived(): RequestError {
  return new RequestError('FORBIDDEN', 'The branch is archived.', { reason: 'BRANCH_ARCHIVED' });
}

export function resetRequired(reason: ResetReason): RequestError {
  return new RequestError('RESET_REQUIRED', `The cursor cannot be resumed (${reason}); pull again without a cursor.`, { reason });
}
