import { assertNever, failureInfo, type JsonObject } from '@modula/sync-core';
import { TRPCError, type TRPC_ERROR_CODE_KEY } from '@trpc/server';
import { RequestError, type RequestErrorCode } from '../../engine/request-error.ts';
import { isDatabaseAway } from '../../platform/database-away.ts';
import { OperationRefusedError } from './operation-refused.ts';

/** `data.sync` of every error of this service (contract 2.3). Codes are for programs; message texts may change. */
export type SyncErrorData = { readonly code: string } & JsonObject;

/** An error as it goes on the wire, before tRPC's wrapping. */
export interface SyncError {
  readonly trpcCode: TRPC_ERROR_CODE_KEY;
  readonly message: string;
  readonly sync: SyncErrorData;
}

const TRPC_CODES: { readonly [Code in RequestErrorCode]: TRPC_ERROR_CODE_KEY } = {
  UNAUTHORIZED: 'UNAUTHORIZED',
  FORBIDDEN: 'FORBIDDEN',
  BAD_REQUEST: 'BAD_REQUEST',
  NOT_FOUND: 'NOT_FOUND',
  CONFLICT: 'CONFLICT',
  PAYLOAD_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  TOO_MANY_REQUESTS: 'TOO_MANY_REQUESTS',
  RESET_REQUIRED: 'PRECONDITION_FAILED',
  SERVICE_UNAVAILABLE: 'SERVICE_UNAVAILABLE',
};

const RETRY_AFTER_MS = 1_000;

/**
 * Any error, as the caller may see it: refusals as they are, a database that is away as SERVICE_UNAVAILABLE, and every
 * surprise as nothing but an id, which stands in the log beside the error itself.
 */
export function toSyncError(error: unknown, requestId: string): SyncError {
  const cause = error instanceof TRPCError && error.cause !== undefined ? error.cause : error;
  if (cause instanceof RequestError) return refusal(TRPC_CODES[cause.code], cause.message, { code: cause.code, ...cause.data });
  if (cause instanceof OperationRefusedError) return operationRefused(cause);
  if (isDatabaseAway(cause)) {
    return refusal('SERVICE_UNAVAILABLE', 'The service cannot reach its database; try again.', {
      code: 'SERVICE_UNAVAILABLE',
      retryAfterMs: RETRY_AFTER_MS,
    });
  }
  if (error instanceof TRPCError && isAboutTheRequest(error.code)) return requestFault(error.code);
  return refusal('INTERNAL_SERVER_ERROR', `Something went wrong here. Quote ${requestId} to support.`, {
    code: 'INTERNAL_SERVER_ERROR',
    id: requestId,
  });
}

/** True for a fault of the service, which belongs into the log with its stack. */
export function isSurprise(error: SyncError): boolean {
  return error.trpcCode === 'INTERNAL_SERVER_ERROR';
}

function operationRefused({ message, result }: OperationRefusedError): SyncError {
  const { clientOpId, duplicate, failure, status } = result;
  switch (status) {
    case 'FAILED': {
      if (failure === null) throw new TypeError('a FAILED outcome without a failure');
      const { code, details, evidence } = failure;
      const sync = { code, clientOpId, duplicate, failure: { code, message: failure.message, details, evidence: evidence === null ? null : { ...evidence } } };
      return refusal(failureInfo(code).httpCode, message, sync);
    }
    case 'PENDING':
      return refusal('SERVICE_UNAVAILABLE', message, {
        code: 'SERVICE_UNAVAILABLE',
        clientOpId,
        retryAfterMs: result.retryAfterMs ?? RETRY_AFTER_MS,
      });
    case 'SYNCED':
      throw new TypeError('a SYNCED outcome is not a refusal');
    default:
      return assertNever(status);
  }
}

/** What tRPC itself complains about: the request never reached a procedure. */
type RequestFault = 'PARSE_ERROR' | 'BAD_REQUEST' | 'NOT_FOUND' | 'METHOD_NOT_SUPPORTED' | 'UNSUPPORTED_MEDIA_TYPE' | 'PAYLOAD_TOO_LARGE';

const REQUEST_FAULTS: { readonly [Code in RequestFault]: string } = {
  PARSE_ERROR: 'The request is not JSON.',
  BAD_REQUEST: 'The request is not one that tRPC can read: its JSON, its batch or its URL is malformed.',
  NOT_FOUND: 'There is no such procedure.',
  METHOD_NOT_SUPPORTED: 'This procedure is not called with this method.',
  UNSUPPORTED_MEDIA_TYPE: 'Send application/json, without a Content-Encoding.',
  PAYLOAD_TOO_LARGE: 'The request is too large.',
};

function isAboutTheRequest(code: TRPC_ERROR_CODE_KEY): code is RequestFault {
  return Object.hasOwn(REQUEST_FAULTS, code);
}

function requestFault(code: RequestFault): SyncError {
  const message = REQUEST_FAULTS[code];
  if (code === 'PARSE_ERROR' || code === 'BAD_REQUEST') {
    return refusal('BAD_REQUEST', message, { code: 'BAD_REQUEST', issues: [{ path: '', message }] });
  }
  return refusal(code, message, { code });
}

function refusal(trpcCode: TRPC_ERROR_CODE_KEY, message: string, sync: SyncErrorData): SyncError {
  return { trpcCode, message, sync };
}
