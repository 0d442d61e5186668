import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { TRPCError, type TRPC_ERROR_CODE_KEY } from '@trpc/server';
import type { SyncError, SyncErrorData } from './sync-error.ts';

/** The error object of a tRPC answer. Both doors build it here, so they cannot differ. */
export interface ErrorShape {
  readonly message: string;
  readonly code: (typeof TRPC_ERROR_CODES_BY_KEY)[TRPC_ERROR_CODE_KEY];
  readonly data: {
    readonly code: TRPC_ERROR_CODE_KEY;
    readonly httpStatus: number;
    readonly path?: string;
    readonly sync: SyncErrorData;
  };
}

/** Never a stack, never the input, never a word of the database's. */
export function errorShape({ trpcCode, message, sync }: SyncError, path: string | undefined): ErrorShape {
  return {
    message,
    code: TRPC_ERROR_CODES_BY_KEY[trpcCode],
    data: {
      code: trpcCode,
      httpStatus: getHTTPStatusCodeFromError(new TRPCError({ code: trpcCode })),
      ...(path === undefined ? {} : { path }),
      sync,
    },
  };
}
