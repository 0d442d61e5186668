import type { JsonObject } from '@modula/sync-core';
import type { Decision } from '../../engine/plug.ts';

/** Reads an accepted decision as `kind entityId` → payload (null: tombstone). Anything else is a failed test. */
export function published(decision: Decision | undefined): Map<string, JsonObject | null> {
  if (decision?.kind !== 'accepted') throw new Error(`not accepted: ${decision?.code ?? 'no such decision'}`);
  return new Map(
    decision.changes.map((change) => [`${change.entityKind} ${change.entityId}`, change.opKind === 'UPSERT' ? change.payload : null]),
  );
}

/** What a rejection says: its code and the entity it is about. */
export function refusal(decision: Decision | undefined): { code: string; about: string | null } {
  if (decision?.kind !== 'rejected') throw new Error('not rejected');
  return { code: decision.code, about: decision.about === null ? null : `${decision.about.entityKind} ${decision.about.entityId}` };
}
