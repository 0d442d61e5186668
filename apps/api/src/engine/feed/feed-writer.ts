import type { Tx } from '@modula/db';
import {
  canonicalJson,
  type ActorId,
  type BranchId,
  type ClientOpId,
  type TenantId,
} from '@modula/sync-core';
import type { EntityChange } from '../plug.ts';
import { appendEntries, appendSharedEntries, type FeedRow, type SharedRow, type Statement } from './append.ts';
import { lockStreams, lockTenant, type LockedStream } from './lock-streams.ts';

/** Where a change came from, as its feed entry tells it. */
export interface ChangeOrigin {
  readonly occurredAt: string;
  readonly actorId: ActorId | null;
  readonly clientOpId: ClientOpId | null;
}

/** Which streams a transaction writes. `tenant`: every stream of the tenant (a tenant-wide write, F2). */
export type FeedTarget =
  | { readonly kind: 'branches'; readonly branchIds: readonly BranchId[] }
  | { readonly kind: 'tenant'; readonly originBranchId: BranchId | null };

/** An entry of this transaction, for evidence about changes that are not committed yet. */
export interface WrittenEntry {
  readonly seq: number;
  readonly occurredAt: string;
  readonly actorId: ActorId | null;
}

export interface MovedStream {
  readonly branchId: BranchId | null;
  readonly head: number | null;
}

/**
 * The only way onto the feed (F4). It holds the stream row locks, so it can count `seq` in memory: nobody else can
 * append to these streams before this transaction ends, which makes seq order commit order (F1).
 */
export class FeedWriter {
  readonly #tenantId: TenantId;
  readonly #target: FeedTarget;
  readonly #tx: Tx;
  readonly #streams: Map<BranchId, { head: number; readonly rows: FeedRow[]; readonly latest: Map<string, FeedRow> }>;
  readonly #sharedHead: number;
  readonly #shared: SharedRow[] = [];
  readonly #sharedLatest = new Map<string, { row: SharedRow; seq: number | null }>();

  private constructor(tx: Tx, tenantId: TenantId, locked: { target: FeedTarget; streams: readonly LockedStream[]; sharedHead: number }) {
    this.#tx = tx;
    this.#tenantId = tenantId;
    this.#target = locked.target;
    this.#sharedHead = locked.sharedHead;
    this.#streams = new Map(locked.streams.map((stream) => [stream.branchId, { head: stream.headSeq, rows: [], latest: new Map() }]));
  }

  /** Takes the stream row locks, sorted, after the tenant row when the write is tenant-wide. */
  static async open(tx: Tx, tenantId: TenantId, target: FeedTarget): Promise<FeedWriter> {
    const tenant = target.kind === 'tenant' ? lockTenant(tx, tenantId) : null;
    const [row, streams] = await Promise.all([tenant, lockStreams(tx, tenantId, target)]);
    return new FeedWriter(tx, tenantId, { target, streams, sharedHead: row?.sharedHead ?? 0 });
  }

  /** The stream's last seq, this transaction's entries included. Null for a stream that is not locked here. */
  head(branchId: BranchId): number | null {
    return this.#streams.get(branchId)?.head ?? null;
  }

  /** Appends a branch's own changes and answers the last one's seq (the head, when there is none). All or none: a change that can't be written down throws first. */
  append(branchId: BranchId, changes: readonly EntityChange[], origin: ChangeOrigin): number {
    const stream = this.#streams.get(branchId);
    if (stream === undefined) throw new Error(`stream ${branchId} is not locked by this writer`);
    if (this.#shared.length > 0) throw new Error('a stream gets its own changes before tenant-wide ones; open another writer after this one');
    for (const wire of changes.map(wireOf)) {
      stream.head += 1;
      const key = `${wire.entityKind}\n${wire.entityId}`;
      const before = stream.latest.get(key);
      if (before !== undefined) before.replacedBySeq = stream.head;
      const row: FeedRow = { seq: stream.head, ...wire, ...origin, replacedBySeq: null, isFirst: before === undefined };
      stream.rows.push(row);
      stream.latest.set(key, row);
    }
    return stream.head;
  }

  /** Appends tenant-wide changes to every stream that is not archived; answers the last one's seq in the origin's stream, if there is one. */
  appendShared(changes: readonly EntityChange[], origin: ChangeOrigin): number | null {
    if (this.#target.kind !== 'tenant') throw new Error('a tenant-wide change needs the locks of all streams');
    const stream = this.#target.originBranchId === null ? undefined : this.#streams.get(this.#target.originBranchId);
    for (const wire of changes.map(wireOf)) {
      const key = `${wire.entityKind}\n${wire.entityId}`;
      const place = this.#shared.length + 1;
      const before = this.#sharedLatest.get(key);
      if (before !== undefined) before.row.replacedByPlace = place;
      const row: SharedRow = { place, ...wire, ...origin, replacedByPlace: null, isFirst: before === undefined };
      this.#shared.push(row);
      if (stream !== undefined) stream.head += 1;
      this.#sharedLatest.set(key, { row, seq: stream?.head ?? null });
    }
    return stream?.head ?? null;
  }

  /** The latest entry of an entity written by this transaction, for evidence. */
  written(branchId: BranchId, entity: { readonly entityKind: string; readonly entityId: string }): WrittenEntry | null {
    const key = `${entity.entityKind}\n${entity.entityId}`;
    const own = this.#streams.get(branchId)?.latest.get(key);
    if (own !== undefined) return own;
    const shared = this.#sharedLatest.get(key);
    return shared === undefined || shared.seq === null
      ? null
      : { seq: shared.seq, occurredAt: shared.row.occurredAt, actorId: shared.row.actorId };
  }

  /**
   * Sends the writes, set-based and pipelined: their number does not grow with the number of changes. A failure rolls
   * the transaction back.
   */
  send(): void {
    for (const { text, params } of this.#writes()) this.#tx.send(text, params);
  }

  /** Like `send`, for a caller that goes on to read what it wrote. */
  statements(): Promise<unknown>[] {
    return this.#writes().map(({ text, params }) => this.#tx.execute(text, params));
  }

  /** The streams this transaction moved, to nudge after the commit. */
  moved(): MovedStream[] {
    if (this.#shared.length > 0) return [{ branchId: null, head: null }];
    return [...this.#streams]
      .filter(([, stream]) => stream.rows.length > 0)
      .map(([branchId, stream]) => ({ branchId, head: stream.head }));
  }

  #writes(): Statement[] {
    const own = [...this.#streams].flatMap(([branchId, { rows }]) => appendEntries(this.#tenantId, { branchId, rows }));
    return this.#shared.length === 0 ? own : [...own, ...appendSharedEntries(this.#tenantId, { rows: this.#shared, sharedHead: this.#sharedHead })];
  }
}

/** The change as it is stored and served. The canonical text is what the proof hashes. */
function wireOf({ entityKind, entityId, ...change }: EntityChange): Pick<FeedRow, 'entityKind' | 'entityId' | 'opKind' | 'payload'> {
  if (change.opKind === 'TOMBSTONE') return { entityKind, entityId, opKind: 'TOMBSTONE', payload: null };
  return { entityKind, entityId, opKind: 'UPSERT', payload: canonicalJson(change.payload) };
}
