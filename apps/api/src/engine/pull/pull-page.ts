import type { Database } from '@modula/db';
import { LRUCache } from 'lru-cache';
import { assertNever, encodeCursor, parseScopes, type CursorFields, type CursorKeys, type ParsedScopes, type TenantId } from '@modula/sync-core';
import type { EnginePorts, PulledPage, PullInput } from '../engine.ts';
import { branchArchived, RequestError, resetRequired } from '../request-error.ts';
import type { DeviceSession } from '../session.ts';
import { locate, openCursor, type OpenedCursor } from './locate.ts';
import { proofOfStream } from './proof-of-stream.ts';
import { readPage } from './read-page.ts';
import { readStream, type StreamFacts } from './read-stream.ts';
import { recordCheckpoint, type Checkpoint } from './record-checkpoint.ts';

export interface PullDeps {
  readonly db: Database;
  readonly ports: Pick<EnginePorts, 'now' | 'sleep' | 'log'>;
  readonly cursorKeys: CursorKeys;
}

type Scopes = Extract<ParsedScopes, { kind: 'ok' }>;

const CHECKPOINT_WAIT_MS = 250;

/** Scopes that cover this many kinds read the stream as it lies; fewer read each kind's own index. */
const BROAD_KINDS_MIN = 6;

/** The walk of a pull: authorize → locate → read → encode. Facts and page are of one snapshot, asked for in one round trip (P2). */
export async function pullPage(deps: PullDeps, session: DeviceSession, input: PullInput): Promise<PulledPage> {
  const { db, ports, cursorKeys } = deps;
  const { tenantId, deviceId } = session;
  const { branchId, limit } = input;
  const scopes = scopesOf(input.moduleScopes);
  const { kinds, hash: scopeHash } = scopes;
  const cursor = openCursor(input.cursor, cursorKeys);
  const presentedSeq = cursor.kind === 'ok' ? cursor.fields.seq : 0;
  const now = ports.now();

  // The page is read before anybody knows that the cursor is good: a bad one costs a wasted read, a good one no round trip.
  // COMMIT travels behind the two statements: the whole transaction is one round trip.
  const [facts, page] = await db.read(tenantId, (tx) =>
    tx.commitWith([
      readStream(tx, tenantId, { deviceId, branchId, kinds, scopeHash }),
      readPage(tx, tenantId, { branchId, kinds, afterSeq: presentedSeq, limit, broad: kinds.length >= BROAD_KINDS_MIN }),
    ]),
  );
  const stream = authorizePull(facts, session, branchId);
  const place = locate(cursor, { tenantId, branchId, scopeHash, ...stream });
  if (place.kind === 'reset') throw resetRequired(place.reason);

  if (checkpointMoved(stream, presentedSeq)) {
    const { epoch } = stream;
    await keepCheckpoint(deps, tenantId, { deviceId, branchId, scopeHash, scopes: scopes.scopes, epoch, seq: presentedSeq, now });
  }
  const { headSeq, epoch } = stream;
  const proof = proofOfStream(kinds, stream.proofs);
  const liveCount = Object.values(proof).reduce((sum, { count }) => sum + count, 0);
  const seq = page.more ? page.lastSeq : headSeq;
  return {
    changesText: page.changesText,
    cursor: nextCursor(input.cursor, cursor, { fields: { tenantId, branchId, epoch, seq, baseSeq: place.baseSeq, scopeHash }, cursorKeys }),
    hasMore: page.more,
    head: headSeq,
    liveCount,
    serverTime: now,
    proof: page.more ? null : proof,
  };
}

/** Tills of one version ask for the same scopes, so few lists are ever parsed. Bounded, since the list is the caller's. */
const parsedScopes = new LRUCache<string, Scopes>({ max: 500 });

function scopesOf(moduleScopes: readonly string[]): Scopes {
  const key = JSON.stringify(moduleScopes);
  const known = parsedScopes.get(key);
  if (known !== undefined) return known;
  const parsed = parseScopes(moduleScopes);
  switch (parsed.kind) {
    case 'ok':
      parsedScopes.set(key, parsed);
      return parsed;
    case 'empty':
      throw badScopes('must name at least one scope');
    case 'unknown':
      throw badScopes(`unknown scope ${parsed.scope.slice(0, 100)}`, parsed.scope.slice(0, 100));
    default:
      return assertNever(parsed);
  }
}

/** A device that stands at the head gets its own token back: nothing in it would be new, and most pulls are like that. */
function nextCursor(
  presented: string | null,
  opened: OpenedCursor,
  { fields, cursorKeys }: { readonly fields: CursorFields; readonly cursorKeys: CursorKeys },
): string {
  const isSame = opened.kind === 'ok' && opened.fields.seq === fields.seq && opened.fields.baseSeq === fields.baseSeq;
  return isSame && presented !== null && cursorKeys.accepted.length === 0 ? presented : encodeCursor(fields, cursorKeys);
}

function badScopes(message: string, scope: string | null = null): RequestError {
  return new RequestError('BAD_REQUEST', `moduleScopes: ${message}`, { issues: [{ path: 'moduleScopes', message }], scope });
}

/** May this device read this branch, now (P5)? A frozen branch or tenant may be read, an archived branch not. */
function authorizePull(facts: StreamFacts | null, session: DeviceSession, branchId: string): StreamFacts & { readonly headSeq: number } {
  if (facts === null || facts.deviceStatus !== 'ACTIVE' || !facts.tokenHashes.includes(session.tokenHash)) {
    throw new RequestError('UNAUTHORIZED', 'The token is not valid any more.');
  }
  const { headSeq } = facts;
  if (facts.deviceBranchId !== branchId || headSeq === null) {
    throw new RequestError('FORBIDDEN', 'This device does not belong to that branch.', { reason: 'BRANCH_MISMATCH' });
  }
  if (facts.branchStatus === 'ARCHIVED') {
    throw branchArchived();
  }
  return { ...facts, headSeq };
}

/**
 * Writes the checkpoint, which is there when the page is, in all ordinary weather. A page that was read neither fails with
 * it nor waits long for it: writers that are stuck must not stop a till from reading.
 */
async function keepCheckpoint({ db, ports }: PullDeps, tenantId: TenantId, checkpoint: Checkpoint): Promise<void> {
  const written = recordCheckpoint(db, tenantId, checkpoint).catch((error: unknown) => {
    ports.log.surprise('a checkpoint could not be written', error, { deviceId: checkpoint.deviceId });
  });
  await Promise.race([written, ports.sleep(CHECKPOINT_WAIT_MS)]);
}

function checkpointMoved({ checkpointSeq, checkpointEpoch, epoch }: StreamFacts, presentedSeq: number): boolean {
  return checkpointSeq !== presentedSeq || checkpointEpoch !== epoch;
}
