import type { Database } from '@modula/db';
import type { BranchId, TenantId } from '@modula/sync-core';
import { RequestError } from '../../engine/request-error.ts';
import type { SupportSession } from '../../engine/session.ts';
import { maskPayload } from './mask.ts';

export interface StreamSummary {
  readonly branchId: string;
  readonly name: string;
  readonly status: string;
  readonly head: number;
  readonly horizon: number;
  readonly epoch: number;
  /** Live entities, the tenant-wide ones included. */
  readonly liveCount: number;
  readonly devices: number;
}

export interface StreamPage {
  readonly streams: readonly StreamSummary[];
  /** Names the last row; null at the end. */
  readonly next: { readonly name: string } | null;
}

/** The streams of a tenant, by the branch's name. Served by branch_name. */
export async function listStreams(
  db: Database,
  tenantId: TenantId,
  { after = null, limit = 100 }: { readonly after?: StreamPage['next']; readonly limit?: number } = {},
): Promise<StreamPage> {
  const rows = await db.read(tenantId, (tx) =>
    tx.query<StreamSummary>(
      `SELECT b.branch_id AS "branchId", b.name, b.status, s.head_seq AS head, s.horizon_seq AS horizon, s.epoch,
              coalesce((SELECT sum(p.live_count)::bigint FROM stream_proof AS p WHERE p.tenant_id = $1 AND p.branch_id = b.branch_id), 0)
                + coalesce((SELECT sum(p.live_count)::bigint FROM shared_proof AS p WHERE p.tenant_id = $1), 0) AS "liveCount",
              (SELECT count(*) FROM device AS d WHERE d.tenant_id = $1 AND d.branch_id = b.branch_id AND d.status = 'ACTIVE') AS devices
         FROM branch AS b JOIN branch_stream AS s ON s.tenant_id = $1 AND s.branch_id = b.branch_id
        WHERE b.tenant_id = $1 AND ($2::text IS NULL OR b.name > $2) ORDER BY b.name LIMIT $3`,
      [tenantId, after?.name ?? null, limit + 1],
    ),
  );
  const streams = rows.slice(0, limit);
  const last = streams.at(-1);
  return { streams, next: rows.length > limit && last !== undefined ? { name: last.name } : null };
}

export interface FeedLine {
  readonly seq: number;
  readonly entityKind: string;
  readonly entityId: string;
  readonly opKind: string;
  readonly payload: unknown;
  readonly occurredAt: string;
  readonly actorId: string | null;
  readonly clientOpId: string | null;
  /** The seq (of a tenant-wide change: the shared seq) that replaced it; null for the entity's latest. */
  readonly replacedBySeq: number | null;
  readonly isShared: boolean;
}

/** A stretch of a stream as it is stored, replaced entries too. */
export async function readFeed(
  db: Database,
  tenantId: TenantId,
  query: { readonly branchId: BranchId; readonly fromSeq: number; readonly limit: number; readonly session: SupportSession },
): Promise<{ readonly head: number; readonly entries: readonly FeedLine[] }> {
  return db.read(tenantId, async (tx) => {
    const [streams, rows] = await Promise.all([
      tx.query<{ head: number }>(`SELECT head_seq AS head FROM branch_stream WHERE tenant_id = $1 AND branch_id = $2`, [tenantId, query.branchId]),
      tx.query<FeedLine & { payload: string | null }>(
        `SELECT f.seq, f.entity_kind AS "entityKind", coalesce(f.entity_id, c.entity_id) AS "entityId", coalesce(f.op_kind, c.op_kind) AS "opKind",
                coalesce(f.payload, c.payload) AS payload, coalesce(f.occurred_at, c.occurred_at) AS "occurredAt",
                coalesce(f.actor_id, c.actor_id) AS "actorId", coalesce(f.client_op_id, c.client_op_id) AS "clientOpId",
                coalesce(f.replaced_by_seq, c.replaced_by_seq) AS "replacedBySeq", f.shared_seq IS NOT NULL AS "isShared"
           FROM feed_entry AS f LEFT JOIN shared_change AS c ON c.tenant_id = $1 AND c.shared_seq = f.shared_seq
          WHERE f.tenant_id = $1 AND f.branch_id = $2 AND f.seq >= $3 ORDER BY f.seq LIMIT $4`,
        [tenantId, query.branchId, query.fromSeq, query.limit],
      ),
    ]);
    const head = streams[0]?.head;
    if (head === undefined) throw new RequestError('NOT_FOUND', 'There is no such branch in this tenant.');
    return { head, entries: rows.map((row) => ({ ...row, payload: maskPayload(query.session, row.payload) })) };
  });
}
