import { expect, test } from 'vitest';
import { isTransient, PoolTimeoutError, sqlState, TransactionRolledBackError } from './errors.ts';
import { retryDelayMs, withRetry } from './retry.ts';

const coded = (code: string): Error => Object.assign(new Error('any text'), { code });
const ports = { random: () => 0.5, sleep: () => Promise.resolve() };

test.each(['40001', '40P01', '55P03', '57014', '57P01', '57P02', '57P03', '53300', '08006', 'CONNECTION_CLOSED', 'CONNECTION_ENDED', 'CONNECT_TIMEOUT', 'ECONNREFUSED'])(
  '[G7] %s is transient',
  (code) => {
    expect(isTransient(coded(code))).toBe(true);
  },
);

test.each(['23505', '23503', '42501', '22P02', '25P02', '0A000', 'ENOENT'])('[G7] %s is not transient', (code) => {
  expect(isTransient(coded(code))).toBe(false);
});

test('[G7] a busy pool is transient; an unexplained rollback, a text and nothing are not', () => {
  expect(isTransient(new PoolTimeoutError('write', 1))).toBe(true);
  expect(isTransient(Object.assign(coded('0A000'), { routine: 'RevalidateCachedQuery' }))).toBe(true);
  expect(isTransient(new TransactionRolledBackError('ROLLBACK'))).toBe(false);
  expect(isTransient('40001')).toBe(false);
  expect(isTransient(null)).toBe(false);
  expect(sqlState(Object.assign(new Error(), { code: 7 }))).toBeNull();
});

test('[G7] transient failures are tried again up to the limit, others not at all', async () => {
  let calls = 0;
  const failing = withRetry(3, () => Promise.reject(((calls += 1), coded('40P01'))), ports);
  await expect(failing).rejects.toMatchObject({ code: '40P01' });
  expect(calls).toBe(3);
  calls = 0;
  await expect(withRetry(3, () => Promise.reject(((calls += 1), coded('23505'))), ports)).rejects.toMatchObject({ code: '23505' });
  expect(calls).toBe(1);
});

test('[G7] a later attempt that succeeds is the answer', async () => {
  let calls = 0;
  const retried: number[] = [];
  const answer = await withRetry(3, () => ((calls += 1) < 3 ? Promise.reject(coded('40001')) : Promise.resolve('done')), {
    ...ports,
    onRetry: (_error, attempt) => retried.push(attempt),
  });
  expect(answer).toBe('done');
  expect(retried).toEqual([1, 2]);
});

test('the delay grows fourfold to its cap, with full jitter', () => {
  expect([1, 2, 3, 4].map((attempt) => retryDelayMs(attempt, 0.5))).toEqual([10, 40, 160, 250]);
  expect(retryDelayMs(1, 0)).toBe(0);
});
