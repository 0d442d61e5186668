import type { DirectOutput, JsonValue } from '@modula/sync-core';

/** Direct procedures are called by name at run time, so their one common answer is checked here, not by the compiler. */
export function directAnswerOf(value: unknown): DirectOutput {
  if (typeof value !== 'object' || value === null) throw notAnAnswer();
  const { clientOpId, duplicate, result, streamSeq } = value as Partial<Record<keyof DirectOutput, unknown>>; // all checked below
  if (typeof clientOpId !== 'string' || typeof duplicate !== 'boolean') throw notAnAnswer();
  if (streamSeq !== null && typeof streamSeq !== 'number') throw notAnAnswer();
  // Safe: it came out of JSON.
  return { clientOpId, duplicate, result: (result ?? null) as JsonValue, streamSeq };
}

function notAnAnswer(): Error {
  return new Error('a direct procedure answered something else than { clientOpId, duplicate, result, streamSeq }');
}
