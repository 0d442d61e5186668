const DELAY_MIN_MS = 1_000;
const DELAY_MAX_MS = 60_000;

/**
 * How long to wait after `attempt` failures in a row (from 0): uniform between 1 s and a ceiling that doubles from 2 s to
 * 60 s (Q4, full jitter). Without the jitter every till of a branch would come back in the same second. A wait
 * that the server asked for is never cut short.
 */
export function backoffDelayMs(attempt: number, conditions: { random: number; retryAfterMs: number | null }): number {
  const ceilingMs = Math.min(DELAY_MAX_MS, 2 * DELAY_MIN_MS * 2 ** Math.min(attempt, 16));
  const jitteredMs = DELAY_MIN_MS + conditions.random * (ceilingMs - DELAY_MIN_MS);
  return Math.max(Math.round(jitteredMs), conditions.retryAfterMs ?? 0);
}
