import { existsSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as node from './sha256.node.ts';
import * as portable from './sha256.portable.ts';

describe('#sha256', () => {
  test('[G4] Node and browsers hash every text alike', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(portable.sha256Hex(text)).toBe(node.sha256Hex(text));
      }),
    );
  });

  test('[P3] Node and browsers seal every message alike', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), fc.uint8Array({ maxLength: 200 }), (secret, message) => {
        expect(Uint8Array.from(portable.hmacSha256(secret, message))).toStrictEqual(Uint8Array.from(node.hmacSha256(secret, message)));
      }),
    );
  });

  test('[G4] the published value of "abc" (FIPS 180-4)', () => {
    expect(node.sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  test('every place that the import map names has a source', () => {
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { imports: unknown; exports: unknown };
    const places = JSON.stringify([manifest.imports, manifest.exports]).match(/\.\/(?:src|dist)\/[\w./-]+/g) ?? [];
    const sources = places.map((place) => place.replace('/dist/', '/src/').replace(/(\.d\.ts|\.js)$/, '.ts'));
    expect(places.length).toBeGreaterThan(6);
    expect(sources.filter((source) => !existsSync(new URL(`.${source}`, import.meta.url)))).toStrictEqual([]);
  });
});
