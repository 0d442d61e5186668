import canonicalize from 'canonicalize';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from './canonical.ts';
import type { JsonValue } from './json.ts';

const key = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 4 }), fc.constantFrom('10', '9', '1', '', '__proto__', 'a', 'B', 'é', '\u20ac', '\ud83d\ude00', '\ufb33'));
const { value } = fc.letrec<{ value: JsonValue; leaf: JsonValue }>((tie) => ({
  leaf: fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null)),
  value: fc.oneof({ depthSize: 'small' }, tie('leaf'), fc.array(tie('value'), { maxLength: 4 }), fc.dictionary(key, tie('value'), { maxKeys: 6 })),
}));

test('[G4] the quick way and the RFC 8785 library write the same text', () => {
  fc.assert(
    fc.property(value, (json) => {
      expect(canonicalJson(json)).toBe(canonicalize(json));
    }),
    { numRuns: 5_000 },
  );
});

test('[G4] integer-like keys are ordered as text, not as JavaScript orders them', () => {
  expect(canonicalJson({ 10: 1, 9: 2, a: 3 })).toBe('{"10":1,"9":2,"a":3}');
});

test('[G6] a lone surrogate is refused, not written down as something else', () => {
  expect(() => canonicalJson({ a: '\ud800' })).toThrow(Error);
});
