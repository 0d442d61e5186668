import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ENTITY_KINDS } from './entity-kinds.ts';
import { parseScopes } from './scopes.ts';

const everyScope = [...new Set(ENTITY_KINDS.flatMap(({ kind, module }) => [kind, `${module}.*`]))];
const scopeList = fc.array(fc.constantFrom(...everyScope), { minLength: 1, maxLength: 30 });

function ok(scopes: readonly string[]) {
  const parsed = parseScopes(scopes);
  if (parsed.kind !== 'ok') throw new Error(`not ok: ${JSON.stringify(parsed)}`);
  return parsed;
}

describe('parseScopes', () => {
  test('[P3] order, duplicates and redundant entries do not matter', () => {
    fc.assert(
      fc.property(
        scopeList.chain((scopes) => fc.tuple(fc.constant(scopes), fc.shuffledSubarray([...scopes, ...scopes], { minLength: scopes.length * 2 }))),
        ([scopes, noisy]) => {
          const kinds = ok(scopes).kinds;
          expect(ok(noisy)).toStrictEqual(ok(scopes));
          expect(ok([...noisy, ...kinds])).toStrictEqual(ok(scopes));
        },
      ),
    );
  });

  test('[P3] normalising twice changes nothing', () => {
    fc.assert(
      fc.property(scopeList, (scopes) => {
        expect(ok(ok(scopes).scopes)).toStrictEqual(ok(scopes));
      }),
    );
  });

  test('[P3] the same kinds have the same hash, other kinds another', () => {
    fc.assert(
      fc.property(scopeList, scopeList, (left, right) => {
        expect(ok(left).hash === ok(right).hash).toBe(ok(left).kinds.join() === ok(right).kinds.join());
      }),
    );
  });

  test('[P3] no set of scopes that means the same is smaller', () => {
    fc.assert(
      fc.property(scopeList, (scopes) => {
        const { scopes: smallest, hash } = ok(scopes);
        for (const left of smallest) {
          const fewer = parseScopes(smallest.filter((scope) => scope !== left));
          expect(fewer.kind === 'ok' && fewer.hash === hash).toBe(false);
        }
        expect(smallest.length).toBeLessThanOrEqual(new Set(scopes).size);
      }),
    );
  });

  test.each(['menu', 'menu.', '.*', '*', 'menu.items', 'Menu.*', '', 'menu.* ', '__proto__', 'constructor', 'menu.*\n'])('[P7] %j is unknown, and named', (scope) => {
    expect(parseScopes(['sale.*', scope])).toStrictEqual({ kind: 'unknown', scope });
  });

  test('[P7] an empty list is not everything', () => {
    expect(parseScopes([])).toStrictEqual({ kind: 'empty' });
  });
});
