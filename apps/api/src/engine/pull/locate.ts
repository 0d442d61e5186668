import { decodeCursor, type BranchId, type CursorKeys, type TenantId } from '@modula/sync-core';
import type { ResetReason } from '../request-error.ts';

/** Where to go on, or why the device has to start over. */
export type Place =
  | { readonly kind: 'resume'; readonly afterSeq: number; readonly baseSeq: number }
  | { readonly kind: 'reset'; readonly reason: ResetReason };

export interface StreamPosition {
  readonly tenantId: TenantId;
  readonly branchId: BranchId;
  readonly scopeHash: string;
  readonly epoch: number;
  readonly headSeq: number;
  readonly horizonSeq: number;
}

export type OpenedCursor = { readonly kind: 'none' } | ReturnType<typeof decodeCursor>;

export function openCursor(cursor: string | null, keys: CursorKeys): OpenedCursor {
  return cursor === null ? { kind: 'none' } : decodeCursor(cursor, keys);
}

/**
 * Decides where a pull goes on (P3, P4). No cursor is the beginning, whatever the server remembers. A bootstrap that
 * began at `baseSeq` holds nothing that was deleted before, so it may pass below a horizon that is not beyond its base.
 */
export function locate(cursor: OpenedCursor, stream: StreamPosition): Place {
  if (cursor.kind === 'none') return { kind: 'resume', afterSeq: 0, baseSeq: stream.headSeq };
  if (cursor.kind === 'malformed') return { kind: 'reset', reason: 'CURSOR_MALFORMED' };
  const { fields } = cursor;
  if (fields.tenantId !== stream.tenantId || fields.branchId !== stream.branchId) return { kind: 'reset', reason: 'CURSOR_STREAM_MISMATCH' };
  if (fields.scopeHash !== stream.scopeHash) return { kind: 'reset', reason: 'SCOPE_MISMATCH' };
  if (fields.epoch !== stream.epoch) return { kind: 'reset', reason: 'STREAM_RESET' };
  // A bootstrap's base was a head once. Where it is one no more, the database was restored while the till was paging.
  if (Math.max(fields.seq, fields.baseSeq) > stream.headSeq) return { kind: 'reset', reason: 'CURSOR_AHEAD' };
  if (Math.max(fields.seq, fields.baseSeq) < stream.horizonSeq) return { kind: 'reset', reason: 'RETENTION_EXPIRED' };
  return { kind: 'resume', afterSeq: fields.seq, baseSeq: fields.baseSeq };
}
