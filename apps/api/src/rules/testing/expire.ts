import { parseTenantId } from '@modula/sync-core';
import { retainTenant } from '../../admin/retention/retain-tenant.ts';
import type { Cafe, World } from './world.ts';

/** Makes everything that is in the tenant's streams now older than any device may be away: the horizon goes to the head. */
export async function expireAll({ db }: World, { tenantId }: Cafe): Promise<void> {
  const id = parseTenantId(tenantId)!;
  const nowMs = Date.now();
  await db.transaction(id, (tx) =>
    tx.execute(
      `INSERT INTO stream_mark (tenant_id, branch_id, marked_at, head_seq)
       SELECT tenant_id, branch_id, $2::text::timestamptz, head_seq FROM branch_stream WHERE tenant_id = $1
       ON CONFLICT (tenant_id, branch_id, marked_at) DO UPDATE SET head_seq = excluded.head_seq`,
      [id, new Date(nowMs - 400 * 86_400_000).toISOString()],
    ),
  );
  await retainTenant(db, id, { nowMs, rules: { minimumAgeDays: 1, maximumAgeDays: 2, liveDeviceDays: 14, minimumKept: 0 } });
}
