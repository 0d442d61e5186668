import type { JsonObject } from '@modula/sync-core';
import { TRPCClientError } from '@trpc/client';
import type { TransportFailure } from './port.ts';

/** What a failed tRPC call means for the queue. Decided by `data.sync.code` (contract 2.3), never by a message. */
export function failureOf(error: unknown): TransportFailure {
  if (!(error instanceof TRPCClientError)) throw error;
  const data: unknown = error.data;
  const sync = isRecord(data) ? data['sync'] : undefined;
  // Without `data.sync` it was not our service that answered: a proxy, a captive portal, or nobody.
  if (!isRecord(sync) || typeof sync['code'] !== 'string') return { kind: 'unreachable', message: error.message };
  return failureOfCode(sync['code'], sync);
}

function failureOfCode(code: string, sync: JsonRecord): TransportFailure {
  switch (code) {
    case 'UNAUTHORIZED':
      return { kind: 'unauthorized' };
    case 'RESET_REQUIRED':
      return { kind: 'reset', reason: typeof sync['reason'] === 'string' ? sync['reason'] : code };
    case 'SERVICE_UNAVAILABLE':
    case 'TOO_MANY_REQUESTS':
    case 'INTERNAL_SERVER_ERROR':
      return { kind: 'busy', code, retryAfterMs: typeof sync['retryAfterMs'] === 'number' ? sync['retryAfterMs'] : null };
    default:
      // Safe: it was parsed from JSON, and an object in JSON is a JsonObject.
      return { kind: 'refused', code, sync: sync as JsonObject };
  }
}

type JsonRecord = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
