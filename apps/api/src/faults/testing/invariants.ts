import type { Database, Tx } from '@modula/db';

/** What must hold in a tenant at any moment, each as a query that finds what breaks it. Streams must not be trimmed. */
const INVARIANTS: { readonly [sentence: string]: string } = {
  'a stream is gapless from 1 to its head': `
    SELECT s.branch_id::text AS what, s.head_seq AS head, count(f.seq) AS entries, min(f.seq) AS first, max(f.seq) AS last
      FROM branch_stream AS s LEFT JOIN feed_entry AS f ON f.tenant_id = $1 AND f.branch_id = s.branch_id
     WHERE s.tenant_id = $1 GROUP BY s.branch_id, s.head_seq
    HAVING count(f.seq) <> s.head_seq OR (s.head_seq > 0 AND (min(f.seq) <> 1 OR max(f.seq) <> s.head_seq))`,
  'a SYNCED operation has exactly one audit row, a FAILED one none': `
    SELECT o.client_op_id::text AS what, o.status, count(a.audit_id) AS rows
      FROM operation AS o LEFT JOIN audit_entry AS a ON a.tenant_id = $1 AND a.client_op_id = o.client_op_id AND a.lane IS NOT NULL
     WHERE o.tenant_id = $1 GROUP BY o.client_op_id, o.status
    HAVING count(a.audit_id) <> CASE o.status WHEN 'SYNCED' THEN 1 ELSE 0 END`,
  // But the word of what became of it (A5), which a waived one leaves too.
  'what was made by an operation was made by a SYNCED one': `
    WITH made AS (
      SELECT 'feed_entry' AS place, client_op_id FROM feed_entry
       WHERE tenant_id = $1 AND client_op_id IS NOT NULL AND entity_kind <> 'sync.operation'
      UNION ALL SELECT 'shared_change', client_op_id FROM shared_change WHERE tenant_id = $1 AND client_op_id IS NOT NULL
      UNION ALL SELECT 'audit_entry', client_op_id FROM audit_entry WHERE tenant_id = $1 AND lane IS NOT NULL
      UNION ALL SELECT 'sale', client_op_id FROM sale WHERE tenant_id = $1
      UNION ALL SELECT 'cash_movement', client_op_id FROM cash_movement WHERE tenant_id = $1
      UNION ALL SELECT 'stock_movement', client_op_id FROM stock_movement WHERE tenant_id = $1)
    SELECT m.place || ' ' || m.client_op_id AS what FROM made AS m
     WHERE NOT EXISTS (SELECT 1 FROM operation AS o WHERE o.tenant_id = $1 AND o.client_op_id = m.client_op_id AND o.status = 'SYNCED')`,
  'a SYNCED sale, movement or session has its row': `
    SELECT o.client_op_id::text AS what, o.type FROM operation AS o
     WHERE o.tenant_id = $1 AND o.status = 'SYNCED' AND CASE o.type
       WHEN 'sale.finalize' THEN NOT EXISTS (SELECT 1 FROM sale AS x WHERE x.tenant_id = $1 AND x.client_op_id = o.client_op_id)
       WHEN 'cashSession.movement' THEN NOT EXISTS (SELECT 1 FROM cash_movement AS x WHERE x.tenant_id = $1 AND x.client_op_id = o.client_op_id)
       WHEN 'cashSession.open' THEN NOT EXISTS (
         SELECT 1 FROM cash_session AS x WHERE x.tenant_id = $1 AND x.cash_session_id = o.payload::json ->> 'cashSessionId')
       ELSE false END`,
  'the streamSeq of an operation is a seq of its stream': `
    SELECT o.client_op_id::text AS what, o.stream_seq FROM operation AS o
     WHERE o.tenant_id = $1 AND o.stream_seq IS NOT NULL AND o.stream_branch_id IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM feed_entry AS f WHERE f.tenant_id = $1 AND f.branch_id = o.stream_branch_id AND f.seq = o.stream_seq)`,
  'the stock ledger adds up to its projection': `
    SELECT s.stock_item_id AS what, s.on_hand, sum(m.quantity) AS ledger
      FROM stock_item AS s LEFT JOIN stock_movement AS m
        ON m.tenant_id = $1 AND m.branch_id = s.branch_id AND m.stock_item_id = s.stock_item_id
     WHERE s.tenant_id = $1 GROUP BY s.branch_id, s.stock_item_id, s.on_hand
    HAVING coalesce(sum(m.quantity), 0) <> s.on_hand`,
  'the figures of a cash session are the sums of its sales and movements': `
    SELECT c.cash_session_id AS what, c.cash_sales_minor, c.expected_minor FROM cash_session AS c
     CROSS JOIN LATERAL (SELECT coalesce(sum(x.grand_total_minor), 0) AS sum FROM sale AS x
                          WHERE x.tenant_id = $1 AND x.cash_session_id = c.cash_session_id AND x.tender_method = 'CASH' AND x.status = 'FINALIZED') AS sold
     CROSS JOIN LATERAL (SELECT coalesce(sum(x.amount_minor) FILTER (WHERE kind = 'PAID_IN'), 0) AS paid_in,
                                coalesce(sum(x.amount_minor) FILTER (WHERE kind = 'PAID_OUT'), 0) AS paid_out,
                                coalesce(sum(x.amount_minor) FILTER (WHERE kind = 'ADJUSTMENT'), 0) AS adjusted
                           FROM cash_movement AS x WHERE x.tenant_id = $1 AND x.cash_session_id = c.cash_session_id) AS moved
     WHERE c.tenant_id = $1 AND (
       c.cash_sales_minor <> sold.sum OR c.paid_in_minor <> moved.paid_in OR c.paid_out_minor <> moved.paid_out
       OR c.adjustment_minor <> moved.adjusted
       OR c.expected_minor <> c.opening_float_minor + sold.sum + moved.paid_in - moved.paid_out + moved.adjusted)`,
  'a proof is the XOR over the live entities of its stream': `
    SELECT coalesce(p.branch_id, live.branch_id) || ' ' || coalesce(p.entity_kind, live.entity_kind) AS what
      FROM (SELECT branch_id, entity_kind, live_count, hash FROM stream_proof WHERE tenant_id = $1 AND live_count > 0) AS p
      FULL JOIN (SELECT branch_id, entity_kind, count(*) AS live_count, bit_xor(entity_hash) AS hash FROM feed_entry
                  WHERE tenant_id = $1 AND shared_seq IS NULL AND replaced_by_seq IS NULL AND op_kind = 'UPSERT'
                  GROUP BY branch_id, entity_kind) AS live ON live.branch_id = p.branch_id AND live.entity_kind = p.entity_kind
     WHERE p.live_count IS DISTINCT FROM live.live_count OR p.hash IS DISTINCT FROM live.hash`,
  'a tenant-wide proof is the XOR over the live tenant-wide entities': `
    SELECT coalesce(p.entity_kind, live.entity_kind) AS what
      FROM (SELECT entity_kind, live_count, hash FROM shared_proof WHERE tenant_id = $1 AND live_count > 0) AS p
      FULL JOIN (SELECT entity_kind, count(*) AS live_count, bit_xor(entity_hash) AS hash FROM shared_change
                  WHERE tenant_id = $1 AND replaced_by_seq IS NULL AND op_kind = 'UPSERT' GROUP BY entity_kind) AS live
        ON live.entity_kind = p.entity_kind
     WHERE p.live_count IS DISTINCT FROM live.live_count OR p.hash IS DISTINCT FROM live.hash`,
  'an entity has at most one live entry in a stream': `
    SELECT branch_id || ' ' || entity_kind || ' ' || entity_id AS what, count(*) AS live FROM feed_entry
     WHERE tenant_id = $1 AND shared_seq IS NULL AND replaced_by_seq IS NULL GROUP BY branch_id, entity_kind, entity_id HAVING count(*) > 1`,
  'a device stands at the highest deviceSeq it settled': `
    SELECT d.device_id::text AS what, d.last_settled_seq, max(o.device_seq) AS highest
      FROM device AS d LEFT JOIN operation AS o ON o.tenant_id = $1 AND o.device_id = d.device_id
     WHERE d.tenant_id = $1 GROUP BY d.device_id, d.last_settled_seq HAVING coalesce(max(o.device_seq), 0) <> d.last_settled_seq`,
};

/** Every broken invariant of a tenant, as a sentence with its finding. Empty: all hold. One snapshot. */
export function brokenInvariants(db: Database, tenantId: string): Promise<string[]> {
  return db.read(tenantId, async (tx) => {
    const found: string[] = [];
    for (const [sentence, text] of Object.entries(INVARIANTS)) found.push(...(await findings(tx, { tenantId, sentence, text })));
    return found;
  });
}

async function findings(tx: Tx, { tenantId, sentence, text }: { tenantId: string; sentence: string; text: string }): Promise<string[]> {
  const rows = await tx.query<{ what: string }>(text, [tenantId]);
  return rows.slice(0, 5).map((row) => `${sentence}: ${JSON.stringify(row)}`);
}

/** What the database holds under an id: 0 or 1 of each, when all is well. */
export async function effectsOf(db: Database, tenantId: string, clientOpId: string): Promise<{ operations: number; audits: number; changes: number }> {
  const [row] = await db.read(tenantId, (tx) =>
    tx.query<{ operations: number; audits: number; changes: number }>(
      `SELECT (SELECT count(*) FROM operation WHERE tenant_id = $1 AND client_op_id = $2) AS operations,
              (SELECT count(*) FROM audit_entry WHERE tenant_id = $1 AND client_op_id = $2) AS audits,
              (SELECT count(*) FROM feed_entry WHERE tenant_id = $1 AND client_op_id = $2)
              + (SELECT count(*) FROM shared_change WHERE tenant_id = $1 AND client_op_id = $2) AS changes`,
      [tenantId, clientOpId],
    ),
  );
  if (row === undefined) throw new Error('a SELECT without FROM answered no row');
  return row;
}
