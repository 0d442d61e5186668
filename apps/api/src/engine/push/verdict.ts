import type { ActorId, DeviceId, JsonObject, JsonValue } from '@modula/sync-core';
import type { WrittenEntry } from '../feed/feed-writer.ts';
import type { EntityRef } from '../plug.ts';
import type { Candidate } from './candidate.ts';
import type { StoredOperation } from './stored-operation.ts';

/** A refusal on its way to becoming a Failure: its evidence may still have to be looked up. */
export interface PendingFailure {
  readonly code: string;
  readonly details: JsonObject | null;
  readonly about: EntityRef | null;
  /** The change of this very transaction that put the entity there, if there is one. */
  readonly writtenBy: WrittenEntry | null;
}

/** What became of one candidate. Only `settled` ones are stored as outcomes (G7). */
export type Verdict =
  /** The stored outcome, again (G2). */
  | { readonly kind: 'repeated'; readonly candidate: Candidate; readonly stored: StoredOperation }
  /** Repeats an operation settled by this very chunk, which has no stored row yet. */
  | { readonly kind: 'repeated-here'; readonly candidate: Candidate; readonly first: SettledVerdict }
  /** The id of another operation (G3): answered and kept as an attempt. */
  | { readonly kind: 'reused'; readonly candidate: Candidate; readonly failure: PendingFailure }
  /** Not this token's operation (A1's first two checks): answered and kept as an attempt, never an outcome. */
  | { readonly kind: 'refused'; readonly candidate: Candidate; readonly failure: PendingFailure }
  | SettledVerdict
  /** Nothing was decided (G7). */
  | { readonly kind: 'pending'; readonly candidate: Candidate; readonly retryAfterMs: number }
  /** The token ended while the request was on its way. */
  | { readonly kind: 'unauthorized'; readonly candidate: Candidate };

export type SettledVerdict =
  | {
      readonly kind: 'applied';
      readonly candidate: Candidate;
      readonly result: JsonValue;
      readonly streamSeq: number | null;
    }
  | { readonly kind: 'failed'; readonly candidate: Candidate; readonly failure: PendingFailure };

/** How far each device had pulled this stream, and the change behind each entity named by a failure. */
export interface EvidenceFacts {
  changeOf(about: EntityRef): { readonly seq: number; readonly occurredAt: string; readonly actorId: ActorId | null } | null;
  seenBy(deviceId: DeviceId | null): number | null;
}
