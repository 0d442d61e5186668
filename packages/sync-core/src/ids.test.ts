import { describe, expect, test } from 'vitest';
import { parseClientOpId, parseUuid } from './ids.ts';

describe('parseUuid', () => {
  test.each(['0197f2b4-0000-7000-8000-00000000000a', '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'])('any version is one: %s', (text) => {
    expect(parseUuid(text)).toBe(text);
  });

  test('[G1] upper case names the same operation', () => {
    expect(parseClientOpId('0197F2B4-0000-7000-8000-00000000000A')).toBe('0197f2b4-0000-7000-8000-00000000000a');
  });

  test.each([
    '',
    '0197f2b40000700080000000000000a0',
    '{0197f2b4-0000-7000-8000-00000000000a}',
    ' 0197f2b4-0000-7000-8000-00000000000a',
    '0197f2b4-0000-7000-8000-00000000000a\n',
    '0197f2b4-0000-7000-8000-00000000000g',
    '0197f2b4-0000-7000-8000-00000000000\u212A',
    12,
    null,
    undefined,
    {},
    ['0197f2b4-0000-7000-8000-00000000000a'],
  ])('%j is none', (value) => {
    expect(parseUuid(value)).toBeNull();
  });
});
