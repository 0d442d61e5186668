import { TRPCError } from '@trpc/server';
import { expect, test } from 'vitest';
import { RequestError, resetRequired } from '../../engine/request-error.ts';
import { errorShape } from './error-shape.ts';
import { OperationRefusedError } from './operation-refused.ts';
import { isSurprise, toSyncError } from './sync-error.ts';

const caused = (cause: Error) => new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message: cause.message, cause });
const shapeOf = (error: unknown) => errorShape(toSyncError(error, 'request-1'), 'sync.pull');

test('[2.2] a reset is PRECONDITION_FAILED with its reason', () => {
  expect(shapeOf(caused(resetRequired('STREAM_RESET')))).toMatchObject({
    data: { code: 'PRECONDITION_FAILED', httpStatus: 412, path: 'sync.pull', sync: { code: 'RESET_REQUIRED', reason: 'STREAM_RESET' } },
  });
});

test('[2.3] a surprise is an id to quote and nothing else', () => {
  const fault = Object.assign(new Error('column "pin_hash" does not exist'), { code: '42703', query: 'SELECT pin_hash' });
  const shape = shapeOf(caused(fault));
  expect(shape.data).toEqual({
    code: 'INTERNAL_SERVER_ERROR',
    httpStatus: 500,
    path: 'sync.pull',
    sync: { code: 'INTERNAL_SERVER_ERROR', id: 'request-1' },
  });
  expect(JSON.stringify(shape)).not.toMatch(/pin_hash|SELECT|stack/);
  expect(isSurprise(toSyncError(fault, 'request-1'))).toBe(true);
});

test('[2.3] a database that is away is SERVICE_UNAVAILABLE with a time to come back', () => {
  for (const code of ['ECONNREFUSED', 'CONNECTION_CLOSED', '57P01', '53300', '40001', 'POOL_TIMEOUT']) {
    const error = Object.assign(new Error(code), { code });
    expect(shapeOf(error).data.sync).toEqual({ code: 'SERVICE_UNAVAILABLE', retryAfterMs: 1_000 });
  }
});

test('[2.3] a refusal keeps its code and data', () => {
  const limited = new RequestError('TOO_MANY_REQUESTS', 'later', { retryAfterMs: 250 });
  expect(shapeOf(caused(limited)).data).toMatchObject({ httpStatus: 429, sync: { code: 'TOO_MANY_REQUESTS', retryAfterMs: 250 } });
});

test('[D11] a direct operation that nothing was decided about may be sent again', () => {
  const pending = { clientOpId: 'x', duplicate: false, status: 'PENDING', result: null, streamSeq: null, failure: null, retryAfterMs: 700 } as const;
  expect(shapeOf(new OperationRefusedError(pending)).data).toMatchObject({
    httpStatus: 503,
    sync: { code: 'SERVICE_UNAVAILABLE', clientOpId: 'x', retryAfterMs: 700 },
  });
});
