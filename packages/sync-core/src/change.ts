import type { JsonObject } from './json.ts';
import type { Proof } from './proof.ts';

export type OpKind = 'UPSERT' | 'TOMBSTONE';

/** One entry of a stream, as `sync.pull` serves it (contract 2.2). */
export interface Change {
  readonly seq: number;
  /** A plain string: a client may meet a kind that is newer than itself. */
  readonly entityKind: string;
  readonly entityId: string;
  readonly opKind: OpKind;
  readonly payload: JsonObject | null;
  readonly occurredAt: string;
  readonly actorId: string | null;
  readonly clientOpId: string | null;
}

export interface PullPage {
  readonly changes: readonly Change[];
  readonly cursor: string;
  readonly hasMore: boolean;
  readonly head: number;
  readonly liveCount: number;
  readonly serverTime: string;
  /** Given when `hasMore` is false (P2). */
  readonly proof: Proof | null;
}

/** Why a cursor can't be resumed (P3). */
export const RESET_REASONS = [
  'CURSOR_MALFORMED',
  'CURSOR_STREAM_MISMATCH',
  'SCOPE_MISMATCH',
  'STREAM_RESET',
  'RETENTION_EXPIRED',
  'CURSOR_AHEAD',
] as const;

export type ResetReason = (typeof RESET_REASONS)[number];
