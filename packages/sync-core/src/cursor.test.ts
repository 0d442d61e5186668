import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeCursor, encodeCursor, type CursorFields, type CursorKeys } from './cursor.ts';
import { parseBranchId, parseTenantId } from './ids.ts';

const keys: CursorKeys = { current: { id: 2, secret: 'new' }, accepted: [{ id: 1, secret: 'old' }] };
const position = fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 1, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER));
const fieldsOf: fc.Arbitrary<CursorFields> = fc.record({
  tenantId: fc.uuid().map((id) => parseTenantId(id)!),
  branchId: fc.uuid().map((id) => parseBranchId(id)!),
  epoch: position,
  seq: position,
  baseSeq: position,
  scopeHash: fc.stringMatching(/^[0-9a-f]{32}$/),
}, { noNullPrototype: true });

const example: CursorFields = {
  tenantId: parseTenantId('0197f2b4-0000-7000-8000-00000000000a')!,
  branchId: parseBranchId('0197f2b4-0000-7000-8000-00000000000b')!,
  epoch: 1,
  seq: 41,
  baseSeq: 40,
  scopeHash: '0123456789abcdef0123456789abcdef',
};

describe('cursor', () => {
  test('[P3] what was sealed opens to the same fields', () => {
    fc.assert(
      fc.property(fieldsOf, (fields) => {
        expect(decodeCursor(encodeCursor(fields, keys), keys)).toStrictEqual({ kind: 'ok', fields });
      }),
    );
  });

  test('[P3] of 10,000 changed tokens none opens to other fields, and none throws', () => {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/= \u0000é😀';
    const change = fc.record({ at: fc.nat(130), remove: fc.nat(3), insert: fc.string({ unit: fc.constantFrom(...Array.from(letters)), maxLength: 3 }) });
    fc.assert(
      fc.property(fieldsOf, fc.array(change, { minLength: 1, maxLength: 3 }), (fields, changes) => {
        const token = encodeCursor(fields, keys);
        const changed = changes.reduce((text, { at, remove, insert }) => text.slice(0, at) + insert + text.slice(at + remove), token);
        expect(decodeCursor(changed, keys)).toStrictEqual(changed === token ? { kind: 'ok', fields } : { kind: 'malformed' });
      }),
      { numRuns: 10_000 },
    );
  });

  test('[P3] every single letter counts', () => {
    const token = encodeCursor(example, keys);
    for (let at = 0; at < token.length; at += 1) {
      const other = token[at] === 'A' ? 'B' : 'A';
      expect(decodeCursor(token.slice(0, at) + other + token.slice(at + 1), keys)).toStrictEqual({ kind: 'malformed' });
    }
  });

  test('[P3] noise is malformed', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[\w-]{116}$/)), (noise) => {
        expect(decodeCursor(noise, keys)).toStrictEqual({ kind: 'malformed' });
      }),
    );
  });

  test('[P3] a token of an accepted older key opens; of a dropped or a foreign key it does not', () => {
    const old = encodeCursor(example, { current: { id: 1, secret: 'old' }, accepted: [] });
    expect(decodeCursor(old, keys)).toStrictEqual({ kind: 'ok', fields: example });
    expect(decodeCursor(old, { current: keys.current, accepted: [] })).toStrictEqual({ kind: 'malformed' });
    expect(decodeCursor(encodeCursor(example, { current: { id: 2, secret: 'foreign' }, accepted: [] }), keys)).toStrictEqual({ kind: 'malformed' });
  });

  test('a token is 116 letters that need no escaping in a URL, and tells no id in clear', () => {
    const token = encodeCursor(example, keys);
    expect(token).toMatch(/^[\w-]{116}$/);
    expect(token).not.toContain('0197f2b4');
  });

  test.each([{ seq: -1 }, { epoch: 1.5 }, { baseSeq: 2 ** 53 }, { seq: Number.NaN }, { scopeHash: 'short' }])('sealing %j is a fault of the caller', (wrong) => {
    expect(() => encodeCursor({ ...example, ...wrong }, keys)).toThrow(/^(not 32 lower-case hex digits|.* is not an integer from 0 to 2\^53 - 1)$/);
  });
});
