import type { ActorId, BranchId, ClientOpId, TenantId } from '@modula/sync-core';

/** A statement that is ready to be sent. */
export interface Statement {
  readonly text: string;
  readonly params: readonly unknown[];
}

/** One change as a row: payload already canonical text, hash already counted. */
interface ChangeRow {
  readonly entityKind: string;
  readonly entityId: string;
  readonly opKind: 'UPSERT' | 'TOMBSTONE';
  readonly payload: string | null;
  readonly entityHash: string | null;
  readonly occurredAt: string;
  readonly actorId: ActorId | null;
  readonly clientOpId: ClientOpId | null;
  /** First change of its entity in this transaction: the one that replaces what is stored. */
  readonly isFirst: boolean;
}

export interface FeedRow extends ChangeRow {
  readonly seq: number;
  /** Set when a later change of the same transaction replaced it. */
  replacedBySeq: number | null;
}

export interface SharedRow extends ChangeRow {
  /** 1, 2, …: its place after the tenant's last shared change. */
  readonly place: number;
  replacedByPlace: number | null;
}

const CHANGE_COLUMNS = `"entityKind" text, "entityId" text, "opKind" text, payload text, "entityHash" text,
  "occurredAt" timestamptz, "actorId" uuid, "clientOpId" uuid, "isFirst" boolean`;

/**
 * Two statements however many entries: entries, what they replace and the proof in one; the head in the other.
 * Needs the stream row lock. All parts of the first see the table as it was before, so the entries that are replaced
 * are found among the old ones only. The look-up is written so that the planner has one way whatever it believes of the
 * table: `>= … ORDER BY … LIMIT 1` is a probe of feed_entry_live_entity, `= ANY(ARRAY(…))` one of the primary key. As a plain
 * join it hashed every live entry of the branch on a table without statistics: 11 of 23 ms at 5,578 live entries, growing.
 */
export function appendEntries(
  tenantId: TenantId,
  { branchId, rows }: { readonly branchId: BranchId; readonly rows: readonly FeedRow[] },
): Statement[] {
  const head = rows[rows.length - 1]?.seq;
  if (head === undefined) return [];
  return [
    {
      text: `WITH entry AS MATERIALIZED (
         SELECT seq, "entityKind", "entityId", "opKind", payload, ('x' || "entityHash")::bit(256) AS hash,
                "occurredAt", "actorId", "clientOpId", "isFirst", "replacedBySeq"
           FROM json_to_recordset($3::text::json) AS e (seq bigint, "replacedBySeq" bigint, ${CHANGE_COLUMNS})
       ), found AS MATERIALIZED (
         SELECT old.seq, entry.seq AS replaced_by FROM entry CROSS JOIN LATERAL (
           SELECT o.seq, o.entity_id FROM feed_entry AS o
            WHERE o.tenant_id = $1 AND o.branch_id = $2 AND o.entity_kind = entry."entityKind" AND o.entity_id >= entry."entityId"
              AND o.replaced_by_seq IS NULL AND o.shared_seq IS NULL
            ORDER BY o.entity_id LIMIT 1) AS old
          WHERE entry."isFirst" AND old.entity_id = entry."entityId"
       ), replaced AS (
         UPDATE feed_entry AS f SET replaced_by_seq = (SELECT found.replaced_by FROM found WHERE found.seq = f.seq)
          WHERE f.tenant_id = $1 AND f.branch_id = $2 AND f.seq = ANY(ARRAY(SELECT found.seq FROM found))
         RETURNING f.entity_kind, f.op_kind, f.entity_hash
       ), inserted AS (
         INSERT INTO feed_entry (tenant_id, branch_id, seq, entity_kind, entity_id, op_kind, payload, entity_hash,
                                 occurred_at, actor_id, client_op_id, replaced_by_seq)
         SELECT $1::uuid, $2::uuid, seq, "entityKind", "entityId", "opKind", payload, hash, "occurredAt", "actorId", "clientOpId", "replacedBySeq"
           FROM entry
       ), delta AS (
         SELECT entity_kind, sum(live)::bigint AS live, bit_xor(hash) AS hash FROM (
           SELECT "entityKind" AS entity_kind, 1 AS live, hash FROM entry WHERE "opKind" = 'UPSERT' AND "replacedBySeq" IS NULL
           UNION ALL
           SELECT entity_kind, -1, entity_hash FROM replaced WHERE op_kind = 'UPSERT'
         ) AS moved GROUP BY entity_kind
       )
       INSERT INTO stream_proof AS p (tenant_id, branch_id, entity_kind, live_count, hash)
       SELECT $1::uuid, $2::uuid, entity_kind, live, hash FROM delta
       ON CONFLICT (tenant_id, branch_id, entity_kind)
       DO UPDATE SET live_count = p.live_count + excluded.live_count, hash = p.hash # excluded.hash`,
      params: [tenantId, branchId, JSON.stringify(rows)],
    },
    { text: `UPDATE branch_stream SET head_seq = $3 WHERE tenant_id = $1 AND branch_id = $2`, params: [tenantId, branchId, head] },
  ];
}

/**
 * Three statements however many branches: the changes once, their proof once, a narrow entry per change and branch.
 * Needs the tenant row lock and all stream row locks.
 */
export function appendSharedEntries(tenantId: TenantId, rows: readonly SharedRow[]): Statement[] {
  const text = JSON.stringify(rows);
  return [
    {
      text: `WITH tenant_head AS MATERIALIZED (
         SELECT shared_head_seq AS head FROM tenant WHERE tenant_id = $1
       ), entry AS MATERIALIZED (
         SELECT tenant_head.head + place AS seq, "entityKind", "entityId", "opKind", payload, ('x' || "entityHash")::bit(256) AS hash,
                "occurredAt", "actorId", "clientOpId", "isFirst", tenant_head.head + "replacedByPlace" AS replaced_by
           FROM tenant_head, json_to_recordset($2::text::json) AS e (place bigint, "replacedByPlace" bigint, ${CHANGE_COLUMNS})
       ), found AS MATERIALIZED (
         SELECT old.shared_seq, entry.seq AS replaced_by FROM entry CROSS JOIN LATERAL (
           SELECT o.shared_seq, o.entity_id FROM shared_change AS o
            WHERE o.tenant_id = $1 AND o.entity_kind = entry."entityKind" AND o.entity_id >= entry."entityId" AND o.replaced_by_seq IS NULL
            ORDER BY o.entity_id LIMIT 1) AS old
          WHERE entry."isFirst" AND old.entity_id = entry."entityId"
       ), replaced AS (
         UPDATE shared_change AS s SET replaced_by_seq = (SELECT found.replaced_by FROM found WHERE found.shared_seq = s.shared_seq)
          WHERE s.tenant_id = $1 AND s.shared_seq = ANY(ARRAY(SELECT found.shared_seq FROM found))
         RETURNING s.entity_kind, s.op_kind, s.entity_hash
       ), inserted AS (
         INSERT INTO shared_change (tenant_id, shared_seq, entity_kind, entity_id, op_kind, payload, entity_hash,
                                    occurred_at, actor_id, client_op_id, replaced_by_seq)
         SELECT $1::uuid, seq, "entityKind", "entityId", "opKind", payload, hash, "occurredAt", "actorId", "clientOpId", replaced_by FROM entry
       ), delta AS (
         SELECT entity_kind, sum(live)::bigint AS live, bit_xor(hash) AS hash FROM (
           SELECT "entityKind" AS entity_kind, 1 AS live, hash FROM entry WHERE "opKind" = 'UPSERT' AND replaced_by IS NULL
           UNION ALL
           SELECT entity_kind, -1, entity_hash FROM replaced WHERE op_kind = 'UPSERT'
         ) AS moved GROUP BY entity_kind
       )
       INSERT INTO shared_proof AS p (tenant_id, entity_kind, live_count, hash)
       SELECT $1::uuid, entity_kind, live, hash FROM delta
       ON CONFLICT (tenant_id, entity_kind)
       DO UPDATE SET live_count = p.live_count + excluded.live_count, hash = p.hash # excluded.hash`,
      params: [tenantId, text],
    },
    // An archived branch gets nothing; seedStream brings what it missed when it comes back (F2).
    {
      text: `WITH place AS MATERIALIZED (
         SELECT place, "entityKind" FROM json_to_recordset($2::text::json) AS e (place bigint, "entityKind" text)
       ), stream AS (
         UPDATE branch_stream AS s SET head_seq = s.head_seq + $3::bigint, shared_through_seq = t.shared_head_seq + $3::bigint
           FROM tenant AS t, branch AS b
          WHERE s.tenant_id = $1 AND t.tenant_id = $1 AND b.tenant_id = $1 AND b.branch_id = s.branch_id AND b.status <> 'ARCHIVED'
         RETURNING s.branch_id, s.head_seq - $3::bigint AS head_before, t.shared_head_seq AS shared_before
       )
       INSERT INTO feed_entry (tenant_id, branch_id, seq, entity_kind, shared_seq)
       SELECT $1::uuid, stream.branch_id, stream.head_before + place.place, place."entityKind", stream.shared_before + place.place
         FROM stream CROSS JOIN place`,
      params: [tenantId, text, rows.length],
    },
    { text: `UPDATE tenant SET shared_head_seq = shared_head_seq + $2::bigint WHERE tenant_id = $1`, params: [tenantId, rows.length] },
  ];
}
