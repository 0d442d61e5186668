import { issuesOf, type Issue, type PayloadSchema } from '@modula/sync-core';
import { RequestError } from '../engine/request-error.ts';

/** The value as the schema reads it; BAD_REQUEST naming each path otherwise (2.3). */
export function parseShape<T>(schema: PayloadSchema<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw badRequest(issuesOf(parsed.error));
  return parsed.data;
}

export function badRequest(issues: readonly Issue[]): RequestError {
  return new RequestError('BAD_REQUEST', 'The request is not of its shape.', {
    issues: issues.map(({ path, message }) => ({ path, message })),
  });
}
