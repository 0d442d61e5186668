import { isTransient } from './errors.ts';

/** Time and chance are handed in, so that tests own them. */
export interface RetryPorts {
  /** Uniform in [0, 1). */
  random(): number;
  sleep(delayMs: number): Promise<void>;
  /** Which failures are worth another try; by default the transient ones. */
  shouldRetry?(error: unknown): boolean;
  onRetry?(error: unknown, attempt: number): void;
}

const FIRST_DELAY_MS = 20;
const MAX_DELAY_MS = 500;

/** Runs `work` up to `attempts` times while it fails with a transient error; exponential backoff with full jitter (G7). */
export async function withRetry<T>(attempts: number, work: () => Promise<T>, ports: RetryPorts): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= attempts || !(ports.shouldRetry?.(error) ?? isTransient(error))) throw error;
      ports.onRetry?.(error, attempt);
      await ports.sleep(retryDelayMs(attempt, ports.random()));
    }
  }
}

/** The delay after the given failed attempt (from 1). `chance` is uniform in [0, 1). */
export function retryDelayMs(attempt: number, chance: number): number {
  return Math.floor(chance * Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 4 ** (attempt - 1)));
}
