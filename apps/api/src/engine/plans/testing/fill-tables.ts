import type { Database } from '@modula/db';

export interface Volume {
  readonly tenantId: string;
  readonly branchIds: readonly string[];
  readonly deviceIds: readonly string[];
}

const ENTRIES_PER_TENANT = 20_000;
const OPERATIONS_PER_TENANT = 10_000;
const SHARED_CHANGES = 2_000;

/** Some months of a tenant: its sales, stock movements, outcomes, audit, and a feed of which most entries were replaced. */
export async function fillTables(db: Database, { tenantId, branchIds, deviceIds }: Volume): Promise<void> {
  const uuidOf = (kind: string) => `md5('${kind}' || $1::text || n)::uuid`;
  const branch = `($2::uuid[])[1 + n % cardinality($2::uuid[])]`;
  const device = `($3::uuid[])[1 + n % cardinality($3::uuid[])]`;
  const when = `timestamptz '2026-01-01' + n * interval '1 minute'`;
  const places = [tenantId, branchIds, deviceIds];
  await db.transaction(tenantId, async (tx) => {
    tx.send(
      `INSERT INTO feed_entry (tenant_id, branch_id, seq, entity_kind, entity_id, op_kind, payload, occurred_at, replaced_by_seq)
       SELECT $1::uuid, b.branch_id, 1000 + n, CASE n % 4 WHEN 0 THEN 'sale.sale' WHEN 1 THEN 'cashSession.session' ELSE 'inventory.stock' END,
              'old-' || n, 'UPSERT', repeat('x', 200), ${when}, CASE WHEN n % 4 = 0 THEN NULL ELSE 1001 + n END
         FROM unnest($2::uuid[]) AS b (branch_id), generate_series(1, $3::int) AS n`,
      [tenantId, branchIds, Math.round(ENTRIES_PER_TENANT / branchIds.length)],
    );
    tx.send(
      `INSERT INTO shared_change (tenant_id, shared_seq, entity_kind, entity_id, op_kind, payload, occurred_at, replaced_by_seq)
       SELECT $1::uuid, 1000 + n, CASE n % 3 WHEN 0 THEN 'menu.category' ELSE 'menu.item' END, 'old-' || n, 'UPSERT', '{}', ${when},
              CASE WHEN n % 8 = 0 THEN NULL ELSE 1001 + n END
         FROM generate_series(1, $2::int) AS n`,
      [tenantId, SHARED_CHANGES],
    );
    tx.send(
      `INSERT INTO feed_entry (tenant_id, branch_id, seq, entity_kind, shared_seq)
       SELECT $1::uuid, b.branch_id, 100000 + n, CASE n % 3 WHEN 0 THEN 'menu.category' ELSE 'menu.item' END, 1000 + n
         FROM unnest($2::uuid[]) AS b (branch_id), generate_series(1, $3::int) AS n`,
      [tenantId, branchIds, SHARED_CHANGES],
    );
    tx.send(`UPDATE branch_stream SET head_seq = 200000 WHERE tenant_id = $1`, [tenantId]);
    tx.send(`UPDATE tenant SET shared_head_seq = 200000 WHERE tenant_id = $1`, [tenantId]);
    tx.send(
      `INSERT INTO operation (tenant_id, client_op_id, lane, device_id, device_seq, type, version, branch_id, actor_id, payload, payload_hash,
                              depends_on, occurred_at, received_at, stream_branch_id, status, failure, failure_code, decided_at)
       SELECT $1::uuid, ${uuidOf('op')}, 'replay', ${device}, 100000 + n, 'sale.finalize', 1, ${branch}, ${uuidOf('actor')}, repeat('x', 300),
              repeat('0', 64), '{}', ${when}, ${when}, ${branch}, CASE WHEN n % 100 = 0 THEN 'FAILED' ELSE 'SYNCED' END,
              CASE WHEN n % 100 = 0 THEN '{"code":"PERMISSION_DENIED"}' END, CASE WHEN n % 100 = 0 THEN 'PERMISSION_DENIED' END, ${when}
         FROM generate_series(1, $4::int) AS n`,
      [...places, OPERATIONS_PER_TENANT],
    );
    tx.send(
      `INSERT INTO sale (tenant_id, sale_id, branch_id, device_id, actor_id, cash_session_id, status, captured, grand_total_minor,
                         tender_method, finalized_at, client_op_id)
       SELECT $1::uuid, 'old-' || n, ${branch}, ${device}, ${uuidOf('actor')}, 'old', 'FINALIZED', repeat('x', 300), 550, 'CASH', ${when}, ${uuidOf('op')}
         FROM generate_series(1, $4::int) AS n`,
      [...places, OPERATIONS_PER_TENANT],
    );
    tx.send(
      `INSERT INTO stock_movement (tenant_id, movement_id, branch_id, stock_item_id, kind, quantity, on_hand_after, client_op_id, occurred_at)
       SELECT $1::uuid, 'old-' || n, ${branch}, 'milk', 'SALE', -1, 0, ${uuidOf('op')}, ${when} FROM generate_series(1, $3::int) AS n`,
      [tenantId, branchIds, OPERATIONS_PER_TENANT],
    );
    tx.send(
      `INSERT INTO audit_entry (tenant_id, audit_id, action, client_op_id, operator, applied_at)
       SELECT $1::uuid, ${uuidOf('audit')}, 'sale.finalize', ${uuidOf('op')}, CASE WHEN n % 500 = 0 THEN 'vanna' END, ${when}
         FROM generate_series(1, $2::int) AS n`,
      [tenantId, OPERATIONS_PER_TENANT],
    );
    tx.send(
      `INSERT INTO outbox_event (tenant_id, event_id, webhook_id, event_type, body, created_at, next_attempt_at)
       SELECT $1::uuid, ${uuidOf('event')}, ${uuidOf('webhook')}, 'operation.applied', '{}', ${when}, ${when} FROM generate_series(1, 2000) AS n`,
      [tenantId],
    );
  });
}
