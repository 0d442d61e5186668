import { canonicalJson, entityHash, hashOfCanonical, type Change, type JsonObject } from '@modula/sync-core';

/** An entity as this device holds it. The payload stays canonical text: a till keeps tens of thousands of sales. */
export interface CachedEntity {
  readonly entityKind: string;
  readonly entityId: string;
  /** Of the change that put it here. */
  readonly seq: number;
  readonly payloadText: string;
  /** This entity's part in the proof of its kind. */
  readonly proofHash: string;
  readonly occurredAt: string;
  readonly actorId: string | null;
  readonly clientOpId: string | null;
}

export function cachedEntityOf(change: Change & { readonly payload: JsonObject }): CachedEntity {
  const { entityKind, entityId, seq, occurredAt, actorId, clientOpId } = change;
  const payloadText = canonicalJson(change.payload);
  const proofHash = entityHash(entityKind, entityId, hashOfCanonical(payloadText));
  return { entityKind, entityId, seq, payloadText, proofHash, occurredAt, actorId, clientOpId };
}

/** The payload, parsed. It is what the server published; a caller that needs more than JSON has to check. */
export function payloadOf(entity: CachedEntity): JsonObject {
  // Safe: the text was written by canonicalJson from a JsonObject.
  return JSON.parse(entity.payloadText) as JsonObject;
}
