import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { differingKinds, ProofBuilder, xorHash, ZERO_HASH } from './proof.ts';

const entity = fc.record({ kind: fc.constantFrom('menu.item', 'sale.sale', 'policy.branch'), id: fc.uuid(), hash: fc.stringMatching(/^[0-9a-f]{64}$/) });
const hash = fc.stringMatching(/^[0-9a-f]{64}$/);

type Entity = { kind: string; id: string; hash: string };

function proofOf(entities: readonly Entity[]) {
  const builder = new ProofBuilder(['menu.item', 'sale.sale', 'policy.branch']);
  for (const { kind, id, hash: payloadHash } of entities) builder.add(kind, id, payloadHash);
  return builder;
}

describe('proof', () => {
  test('[Proof] the order in which entities come does not matter', () => {
    fc.assert(
      fc.property(
        fc.array(entity, { maxLength: 20 }).chain((entities) => fc.tuple(fc.constant(entities), fc.shuffledSubarray(entities, { minLength: entities.length }))),
        ([entities, shuffled]) => {
          expect(proofOf(shuffled).toProof()).toStrictEqual(proofOf(entities).toProof());
        },
      ),
    );
  });

  test('[Proof] taking an entity back undoes adding it', () => {
    fc.assert(
      fc.property(fc.array(entity, { maxLength: 20 }), entity, (entities, extra) => {
        const builder = proofOf(entities).add(extra.kind, extra.id, extra.hash).remove(extra.kind, extra.id, extra.hash);
        expect(builder.toProof()).toStrictEqual(proofOf(entities).toProof());
      }),
    );
  });

  test('[Proof] another payload of one entity is another proof', () => {
    fc.assert(
      fc.property(entity, hash, (one, other) => {
        fc.pre(one.hash !== other);
        expect(differingKinds(proofOf([one]).toProof(), proofOf([{ ...one, hash: other }]).toProof())).toStrictEqual([one.kind]);
      }),
    );
  });

  test('[Proof] a proof given out does not change with its builder', () => {
    const builder = proofOf([]);
    const before = builder.toProof();
    builder.add('menu.item', 'a', ZERO_HASH);
    expect(before['menu.item']).toStrictEqual({ count: 0, hash: ZERO_HASH });
  });

  test('[Proof] a kind left out counts as empty', () => {
    expect(differingKinds(proofOf([]).toProof(), {})).toStrictEqual([]);
  });

  test('xor is commutative, associative and its own inverse', () => {
    fc.assert(
      fc.property(hash, hash, hash, (a, b, c) => {
        expect(xorHash(a, b)).toBe(xorHash(b, a));
        expect(xorHash(xorHash(a, b), c)).toBe(xorHash(a, xorHash(b, c)));
        expect(xorHash(xorHash(a, b), b)).toBe(a);
        expect(xorHash(a, ZERO_HASH)).toBe(a);
        expect(BigInt(`0x${xorHash(a, b)}`)).toBe(BigInt(`0x${a}`) ^ BigInt(`0x${b}`));
      }),
    );
  });

  test('xor refuses what is no hash', () => {
    expect(() => xorHash('', ZERO_HASH)).toThrow(TypeError);
    expect(() => xorHash(ZERO_HASH, 'F'.repeat(64))).toThrow(TypeError);
  });
});
