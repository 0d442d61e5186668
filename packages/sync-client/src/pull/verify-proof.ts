import { ProofBuilder, hashOfCanonical, type Proof } from '@modula/sync-core';
import type { CachedEntity } from './cached-entity.ts';

/** The fingerprint counted anew from the stored texts, for when the running one is itself in doubt. */
export function recountProof(entities: Iterable<CachedEntity>): Proof {
  const proof = new ProofBuilder();
  for (const { entityKind, entityId, payloadText } of entities) proof.add(entityKind, entityId, hashOfCanonical(payloadText));
  return proof.toProof();
}
