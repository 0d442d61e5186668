import { expect, test } from 'vitest';
import { backoffDelayMs } from './backoff.ts';

test('[Q4] every delay lies between 1 s and 60 s, whatever the attempt', () => {
  for (const attempt of [0, 1, 2, 5, 16, 17, 1_000, Number.MAX_SAFE_INTEGER]) {
    for (const random of [0, 0.5, 0.999_999]) {
      const delayMs = backoffDelayMs(attempt, { random, retryAfterMs: null });
      expect(delayMs).toBeGreaterThanOrEqual(1_000);
      expect(delayMs).toBeLessThanOrEqual(60_000);
    }
  }
});

test('[Q4] the ceiling doubles and the jitter is full', () => {
  const longest = [0, 1, 2, 3, 4, 5, 6].map((attempt) => backoffDelayMs(attempt, { random: 1, retryAfterMs: null }));
  expect(longest).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  expect(backoffDelayMs(6, { random: 0, retryAfterMs: null })).toBe(1_000);
});

test('[Q4] retryAfterMs is obeyed, and does not shorten a longer wait', () => {
  expect(backoffDelayMs(0, { random: 0, retryAfterMs: 90_000 })).toBe(90_000);
  expect(backoffDelayMs(5, { random: 1, retryAfterMs: 10 })).toBe(60_000);
});
