import { payloadHash, ProofBuilder, type Change } from '@modula/sync-core';
import { testClient } from '../../testing/index.ts';

export interface PulledStream {
  readonly head: number;
  /** Counted by the till from what it holds. */
  readonly ownProof: object;
  /** What the service says the stream's live state is. */
  readonly servedProof: object | null;
}

/** Pulls a stream from the beginning through one node, applying as a till does. */
export async function pullAll(url: string, token: string, { branchId, moduleScopes }: { readonly branchId: string; readonly moduleScopes: readonly string[] }): Promise<PulledStream> {
  const client = testClient(url, token);
  const live = new Map<string, Change>();
  let cursor: string | null = null;
  for (;;) {
    const page: Awaited<ReturnType<typeof client.sync.pull.query>> = await client.sync.pull.query({ branchId, moduleScopes, cursor, limit: 100 });
    for (const change of page.changes) live.set(`${change.entityKind}\n${change.entityId}`, change);
    cursor = page.cursor;
    if (!page.hasMore) return { head: page.head, ownProof: proofOf([...live.values()]), servedProof: page.proof };
  }
}

function proofOf(changes: readonly Change[]): object {
  const builder = new ProofBuilder();
  for (const { entityKind, entityId, payload } of changes) if (payload !== null) builder.add(entityKind, entityId, payloadHash(payload));
  return builder.toProof();
}
