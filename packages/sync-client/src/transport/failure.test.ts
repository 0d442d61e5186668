import { TRPCClientError } from '@trpc/client';
import { expect, test } from 'vitest';
import { failureOf } from './failure.ts';

const answered = (sync: object) =>
  TRPCClientError.from({ error: { code: -32_603, message: 'any text', data: { sync } } });

test('no answer of the service is unreachable, and what was sent may have been done', () => {
  expect(failureOf(TRPCClientError.from(new Error('fetch failed')))).toMatchObject({ kind: 'unreachable' });
});

test('[Q9] a refused token is its own thing', () => {
  expect(failureOf(answered({ code: 'UNAUTHORIZED' }))).toEqual({ kind: 'unauthorized' });
});

test('[P3] a reset keeps its reason', () => {
  expect(failureOf(answered({ code: 'RESET_REQUIRED', reason: 'STREAM_RESET' }))).toEqual({ kind: 'reset', reason: 'STREAM_RESET' });
});

test('[Q4] a busy service says when to come back', () => {
  expect(failureOf(answered({ code: 'SERVICE_UNAVAILABLE', retryAfterMs: 700 }))).toEqual({
    kind: 'busy',
    code: 'SERVICE_UNAVAILABLE',
    retryAfterMs: 700,
  });
});

test('any other code is a refusal, told with all the service said', () => {
  const sync = { code: 'FORBIDDEN', path: 'branchId' };
  expect(failureOf(answered(sync))).toEqual({ kind: 'refused', code: 'FORBIDDEN', sync });
});

test('an error that no network makes is thrown on', () => {
  expect(() => failureOf(new RangeError('ours'))).toThrow(RangeError);
});
