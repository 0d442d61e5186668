import { expect } from 'vitest';

// Vitest's own have the type `any`, which would switch off the compiler around them.

export const anyNumber: unknown = expect.any(Number);
export const anyText: unknown = expect.any(String);
export const anyArray: unknown = expect.any(Array);

export const textLike = (pattern: RegExp | string): unknown =>
  typeof pattern === 'string' ? expect.stringContaining(pattern) : expect.stringMatching(pattern);
export const arrayWith = (...items: unknown[]): unknown => expect.arrayContaining(items);
export const objectWith = (fields: object): unknown => expect.objectContaining(fields);
