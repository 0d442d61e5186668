import { expect, test } from 'vitest';
import { runVectors } from '../test/run-vectors.ts';
import { readVectors } from '../test/vectors.ts';

for (const { name, expected, actual } of runVectors(readVectors())) {
  test(`[G4] [G6] [P3] [Proof] vector: ${name}`, () => {
    expect(actual).toStrictEqual(expected);
  });
}
