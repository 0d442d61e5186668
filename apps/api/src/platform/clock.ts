/** The service's clock. Nothing else in the service reads the time (design decision 17). */
export interface Clock {
  nowMs(): number;
  /** ISO-8601 UTC. */
  nowIso(): string;
  /** Milliseconds that never jump: for durations only. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  nowIso: () => new Date().toISOString(),
  monotonicMs: () => performance.now(),
};
