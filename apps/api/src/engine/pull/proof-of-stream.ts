import { ZERO_HASH, type EntityKind, type ProofOfKind } from '@modula/sync-core';
import type { KindProof } from './read-stream.ts';

const HEX_OF_NIBBLE = new Map(Array.from({ length: 16 }, (_, value) => [value.toString(2).padStart(4, '0'), value.toString(16)]));

/** 256 bits as PostgreSQL writes them, as 64 hex digits. */
function hexOfBits(bits: string): string {
  let hex = '';
  for (let at = 0; at < bits.length; at += 4) hex += HEX_OF_NIBBLE.get(bits.slice(at, at + 4)) ?? '';
  return hex;
}

/** The proof of the kinds in scope: kinds that nothing lives of are in it too, with zeros. */
export function proofOfStream(kinds: readonly EntityKind[], proofs: string | null): { readonly [kind: string]: ProofOfKind } {
  // Written by read-stream.ts, one triple per kind.
  const known = new Map((proofs === null ? [] : (JSON.parse(proofs) as KindProof[])).map((proof) => [proof[0], proof]));
  return Object.fromEntries(
    kinds.map((kind) => {
      const proof = known.get(kind);
      return [kind, proof === undefined ? { count: 0, hash: ZERO_HASH } : { count: proof[1], hash: hexOfBits(proof[2]) }];
    }),
  );
}
