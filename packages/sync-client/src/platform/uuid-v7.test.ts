import { expect, test } from 'vitest';
import { uuidV7 } from './uuid-v7.ts';

const runtimeAt = (nowMs: number, fill: number) => ({ nowMs: () => nowMs, randomBytes: (length: number) => new Uint8Array(length).fill(fill) });

test('an id has the version, the variant and the time of RFC 9562', () => {
  expect(uuidV7(runtimeAt(0x0199_1234_5678, 0xff))).toBe('01991234-5678-7fff-bfff-ffffffffffff');
  expect(uuidV7(runtimeAt(0x0199_1234_5678, 0x00))).toBe('01991234-5678-7000-8000-000000000000');
});

test('later ids sort after earlier ones', () => {
  expect(uuidV7(runtimeAt(1_000, 0xff)) < uuidV7(runtimeAt(1_001, 0x00))).toBe(true);
});
