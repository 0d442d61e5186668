import { sha256Hex } from '#sha256';

export interface ProofOfKind {
  readonly count: number;
  readonly hash: string;
}

/** Fingerprint of a stream's live state, by entity kind. */
export type Proof = { readonly [entityKind: string]: ProofOfKind };

/** The hash of a kind without live entities. */
export const ZERO_HASH: string = '0'.repeat(64);

/** What one live entity adds to the proof of its kind (contract, Proof). */
export function entityHash(entityKind: string, entityId: string, payloadHash: string): string {
  return sha256Hex(`${entityKind}\n${entityId}\n${payloadHash}`);
}

const hash64 = /^[0-9a-f]{64}$/;

/** XOR of two hashes of 64 lower-case hex digits. Its own inverse: what adds an entity also takes it away. */
export function xorHash(left: string, right: string): string {
  if (!hash64.test(left) || !hash64.test(right)) throw new TypeError('not a hash of 64 lower-case hex digits');
  let text = '';
  for (let at = 0; at < 64; at += 8) {
    const word = (Number.parseInt(left.slice(at, at + 8), 16) ^ Number.parseInt(right.slice(at, at + 8), 16)) >>> 0;
    text += word.toString(16).padStart(8, '0');
  }
  return text;
}

/** Folds live entities into a proof, in any order. A kind named at construction is listed even when it stays empty. */
export class ProofBuilder {
  readonly #kinds = new Map<string, ProofOfKind>();

  constructor(kinds: Iterable<string> = []) {
    for (const kind of kinds) this.#kinds.set(kind, { count: 0, hash: ZERO_HASH });
  }

  add(entityKind: string, entityId: string, payloadHash: string): this {
    return this.#fold(entityKind, 1, entityHash(entityKind, entityId, payloadHash));
  }

  /** Takes back an entity that was added with exactly this payload hash. */
  remove(entityKind: string, entityId: string, payloadHash: string): this {
    return this.#fold(entityKind, -1, entityHash(entityKind, entityId, payloadHash));
  }

  toProof(): Proof {
    return Object.fromEntries(this.#kinds);
  }

  #fold(entityKind: string, step: number, hash: string): this {
    const before = this.#kinds.get(entityKind) ?? { count: 0, hash: ZERO_HASH };
    this.#kinds.set(entityKind, { count: before.count + step, hash: xorHash(before.hash, hash) });
    return this;
  }
}

/** The kinds in which two proofs differ, sorted; a kind that one of them leaves out counts as empty. */
export function differingKinds(left: Proof, right: Proof): string[] {
  const kinds = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...kinds]
    .filter((kind) => (left[kind]?.count ?? 0) !== (right[kind]?.count ?? 0) || (left[kind]?.hash ?? ZERO_HASH) !== (right[kind]?.hash ?? ZERO_HASH))
    .toSorted();
}
