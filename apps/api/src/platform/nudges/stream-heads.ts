import type { Database } from '@modula/db';
import type { TenantId } from '@modula/sync-core';

/** Where a subscriber's stream stands, and whether it may still listen. */
export interface SubscriberState {
  readonly branchId: string;
  readonly branchStatus: string;
  readonly head: number;
}

interface Row {
  readonly token_hash: string;
  readonly branch_id: string;
  readonly status: string;
  readonly head_seq: number;
}

/** The state of each subscriber of one tenant by token hash; a token that is no longer valid is not in the answer. Plan: primary keys. */
export async function readSubscriberStates(
  db: Database,
  tenantId: TenantId,
  subscribers: { readonly deviceIds: readonly string[]; readonly tokenHashes: readonly string[] },
): Promise<Map<string, SubscriberState>> {
  const rows = await db.read(tenantId, (tx) =>
    tx.query<Row>(
      `SELECT subscriber.token_hash, branch.branch_id, branch.status, branch_stream.head_seq
       FROM unnest($2::uuid[], $3::text[]) AS subscriber (device_id, token_hash)
       JOIN device ON device.tenant_id = $1 AND device.device_id = subscriber.device_id
         AND device.status = 'ACTIVE' AND subscriber.token_hash = ANY (device.token_hashes)
       JOIN branch ON branch.tenant_id = $1 AND branch.branch_id = device.branch_id
       JOIN branch_stream ON branch_stream.tenant_id = $1 AND branch_stream.branch_id = branch.branch_id`,
      [tenantId, subscribers.deviceIds, subscribers.tokenHashes],
    ),
  );
  return new Map(
    rows.map((row) => [row.token_hash, { branchId: row.branch_id, branchStatus: row.status, head: row.head_seq }]),
  );
}
