import type { Tx } from '@modula/db';
import type { BranchId, EntityKind, TenantId } from '@modula/sync-core';

export interface PageRequest {
  readonly branchId: BranchId;
  readonly kinds: readonly EntityKind[];
  /** Last seq the device has; 0 at the beginning. */
  readonly afterSeq: number;
  readonly limit: number;
}

/** A page as one text, in the shape of the wire. Payloads are passed on as they were stored, never parsed. */
export interface PageText {
  readonly changesText: string;
  readonly served: number;
  readonly more: boolean;
  readonly lastSeq: number;
}

interface PageRow {
  readonly text: string | null;
  readonly found: number;
  readonly lastSeq: number | null;
}

/** The wire form of one entry, built by the server so that a page is one value (design decision 19). */
const CHANGE_TEXT = `'{"seq":' || page.seq
  || ',"entityKind":"' || page.entity_kind
  || '","entityId":' || to_json(coalesce(page.entity_id, shared.entity_id))::text
  || ',"opKind":"' || coalesce(page.op_kind, shared.op_kind)
  || '","payload":' || coalesce(page.payload, shared.payload, 'null')
  || ',"occurredAt":"' || to_char(coalesce(page.occurred_at, shared.occurred_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
  || '","actorId":' || coalesce('"' || coalesce(page.actor_id, shared.actor_id)::text || '"', 'null')
  || ',"clientOpId":' || coalesce('"' || coalesce(page.client_op_id, shared.client_op_id)::text || '"', 'null')
  || '}'`;

const COLUMNS = `seq, entity_kind, entity_id, op_kind, payload, occurred_at, actor_id, client_op_id, shared_seq`;

const LIVE_SHARED = `(shared_seq IS NULL OR EXISTS (
  SELECT 1 FROM shared_change AS c WHERE c.tenant_id = $1 AND c.shared_seq = e.shared_seq AND c.replaced_by_seq IS NULL))`;

/** Primary key range scan in seq order: for scopes that hold most of the stream. */
const BROAD = `SELECT ${COLUMNS} FROM feed_entry AS e
  WHERE tenant_id = $1 AND branch_id = $2 AND seq > $3 AND replaced_by_seq IS NULL AND entity_kind = ANY($4::text[]) AND ${LIVE_SHARED}
  ORDER BY seq LIMIT $5`;

/** One range scan of feed_entry_live_kind per kind, merged: for few kinds in a large stream. */
const NARROW = `SELECT ${COLUMNS} FROM unnest($4::text[]) AS kind CROSS JOIN LATERAL (
    SELECT ${COLUMNS} FROM feed_entry AS e
     WHERE tenant_id = $1 AND branch_id = $2 AND entity_kind = kind AND seq > $3 AND replaced_by_seq IS NULL AND ${LIVE_SHARED}
     ORDER BY seq LIMIT $5) AS entry
  ORDER BY seq LIMIT $5`;

function pageStatement(entries: string): string {
  return `WITH page AS MATERIALIZED (${entries}), served AS MATERIALIZED (SELECT ${COLUMNS} FROM page ORDER BY seq LIMIT $6)
    SELECT (SELECT string_agg(${CHANGE_TEXT}, ',' ORDER BY page.seq)
              FROM served AS page LEFT JOIN shared_change AS shared ON shared.tenant_id = $1 AND shared.shared_seq = page.shared_seq) AS text,
           (SELECT count(*) FROM page) AS found, (SELECT max(seq) FROM served) AS "lastSeq"`;
}

const BROAD_PAGE = pageStatement(BROAD);
const NARROW_PAGE = pageStatement(NARROW);

/** Reads one entry more than asked for, to know whether there is more. */
export async function readPage(tx: Tx, tenantId: TenantId, request: PageRequest & { readonly broad: boolean }): Promise<PageText> {
  const { branchId, kinds, afterSeq, limit } = request;
  const [row] = await tx.query<PageRow>(request.broad ? BROAD_PAGE : NARROW_PAGE, [tenantId, branchId, afterSeq, kinds, limit + 1, limit]);
  const found = row?.found ?? 0;
  return { changesText: `[${row?.text ?? ''}]`, served: Math.min(found, limit), more: found > limit, lastSeq: row?.lastSeq ?? afterSeq };
}
