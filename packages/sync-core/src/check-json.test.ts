import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, checkPayload } from './canonical.ts';
import { checkJson } from './check-json.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { LIMITS } from './limits.ts';

const nested = (depth: number): JsonValue => JSON.parse('{"a":'.repeat(depth - 1) + '{}' + '}'.repeat(depth - 1)) as JsonValue;

describe('checkJson', () => {
  test('[G6] 32 containers deep is the most', () => {
    expect(checkJson(nested(32))).toBeNull();
    expect(checkJson(nested(33))).toStrictEqual({ path: Array.from({ length: 32 }, () => 'a').join('.'), reason: 'TOO_DEEP' });
  });

  test('[G6] a bomb of 100,000 brackets is refused, not recursed into', () => {
    let bomb: JsonValue = [];
    for (let depth = 0; depth < 100_000; depth += 1) bomb = [bomb];
    expect(checkJson(bomb)?.reason).toBe('TOO_DEEP');
  });

  test('[G6] a circle is too deep', () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    expect(checkJson(circle)?.reason).toBe('TOO_DEEP');
  });

  test.each([
    ['undefined', { a: undefined }],
    ['a function', { a: () => 1 }],
    ['a bigint', { a: 1n }],
    ['a date', { a: new Date(0) }],
    ['a map', { a: new Map() }],
    ['a hole in an array', { a: Array(1) }],
  ])('[G6] JSON has no word for %s', (_what, value) => {
    expect(checkJson(value)?.reason).toBe('NOT_JSON');
  });

  test('[G6] objects of another realm and without prototype are plain', () => {
    expect(checkJson(Object.assign(Object.create(null) as object, { a: 1 }))).toBeNull();
  });

  test('[G6] what it accepts survives a round trip, and hashes alike after it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8, stringUnit: 'binary' }), (value) => {
        fc.pre(checkJson(value) === null);
        const text = canonicalJson(value as JsonValue);
        const again = JSON.parse(text) as JsonValue;
        expect(canonicalJson(again)).toBe(text);
        expect(again).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('[G6] the order of keys does not matter to the canonical text', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.integer(), { noNullPrototype: true }), (object) => {
        const turned = Object.fromEntries(Object.entries(object).toReversed());
        expect(canonicalJson(turned)).toBe(canonicalJson(object));
      }),
    );
  });

  test('[G6] never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withSparseArray: true, withTypedArray: true }), (value) => {
        expect(() => checkJson(value)).not.toThrow();
      }),
    );
  });
});

describe('checkPayload', () => {
  const ofBytes = (bytes: number, letter = 'x'): JsonObject => ({ a: letter.repeat((bytes - '{"a":""}'.length) / new TextEncoder().encode(letter).length) });

  test('the canonical text may take 64 KiB and not a byte more', () => {
    expect(checkPayload(ofBytes(LIMITS.payloadBytes)).kind).toBe('ok');
    expect(checkPayload(ofBytes(LIMITS.payloadBytes + 1))).toStrictEqual({ kind: 'invalid', path: '', reason: 'TOO_LARGE' });
  });

  test.each(['é', 'ក', '😀'])('bytes are counted, not letters: %s', (letter) => {
    const size = new TextEncoder().encode(letter).length;
    const most = LIMITS.payloadBytes - ((LIMITS.payloadBytes - 8) % size);
    expect(checkPayload(ofBytes(most, letter)).kind).toBe('ok');
    expect(checkPayload(ofBytes(most + size, letter)).kind).toBe('invalid');
  });

  test('[G4] [G6] gives text and hash of what it accepts, place and reason of what it does not', () => {
    expect(checkPayload({ b: 1, a: 2 })).toMatchObject({ kind: 'ok', canonicalText: '{"a":2,"b":1}' });
    expect(checkPayload({ a: ['\u0000'] })).toStrictEqual({ kind: 'invalid', path: 'a[0]', reason: 'NUL' });
  });
});
