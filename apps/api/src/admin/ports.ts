import type { NudgeSink } from '../engine/engine.ts';

/** What administration needs of the world. */
export interface AdminPorts {
  /** Server clock, ISO-8601 UTC. */
  readonly now: () => string;
  readonly randomUuid: () => string;
  /** Bytes from a cryptographic source: tokens, codes, salts. */
  readonly randomBytes: (length: number) => Uint8Array;
  /** Uniform in [0, 1): jitter. */
  readonly random: () => number;
  readonly sleep: (delayMs: number) => Promise<void>;
  readonly nudges: NudgeSink;
}

/** A person's act, for the audit: who did it, and why. */
export interface Act {
  readonly operator: string;
  readonly reason: string;
}

/** Counts tries of something that may be guessed (a PIN, a password). */
export interface AttemptLimiter {
  /** Takes one try for this key. A refusal says when the next one is allowed. */
  take(key: string): Promise<{ readonly kind: 'ok' } | { readonly kind: 'limited'; readonly retryAfterMs: number }>;
  /** The try succeeded: the key starts afresh. */
  reset(key: string): Promise<void>;
}
