import type { Tx } from '@modula/db';
import type { ActorId, BranchId, DeviceId, Role, TenantId } from '@modula/sync-core';

export interface DeviceFact {
  readonly deviceId: DeviceId;
  readonly branchId: BranchId;
  readonly status: 'ACTIVE' | 'REVOKED';
  readonly tokenHashes: readonly string[];
  readonly lastSettledSeq: number;
}

export interface ActorFact {
  readonly actorId: ActorId;
  readonly role: Role;
  readonly status: 'ACTIVE' | 'REVOKED';
  readonly tokenHashes: readonly string[];
  readonly branchIds: readonly BranchId[];
  /** Those of the chunk's devices where the actor signed in at some time. */
  readonly signedInOn: readonly DeviceId[];
}

/** What authority is judged by. Read under the locks, so true until the commit (A6). */
export interface Facts {
  readonly tenantStatus: 'ACTIVE' | 'FROZEN';
  readonly branchStatus: 'ACTIVE' | 'FROZEN' | 'ARCHIVED' | null;
  readonly devices: ReadonlyMap<DeviceId, DeviceFact>;
  readonly actors: ReadonlyMap<ActorId, ActorFact>;
  readonly webhookIds: readonly string[];
}

/** Lock: device rows in id order, before stream rows. A push owns its devices until it commits (O1). */
export async function lockDevices(tx: Tx, tenantId: TenantId, deviceIds: readonly DeviceId[]): Promise<Map<DeviceId, DeviceFact>> {
  if (deviceIds.length === 0) return new Map();
  const rows = await tx.query<DeviceFact>(
    `SELECT device_id AS "deviceId", branch_id AS "branchId", status, token_hashes AS "tokenHashes", last_settled_seq AS "lastSettledSeq"
       FROM device WHERE tenant_id = $1 AND device_id = ANY($2::uuid[]) ORDER BY device_id FOR NO KEY UPDATE`,
    [tenantId, deviceIds],
  );
  return new Map(rows.map((row) => [row.deviceId, row]));
}

/** Primary key look-ups. Must run after the stream lock: a statement that waits for a lock still sees the past. */
export async function readPlace(
  tx: Tx,
  tenantId: TenantId,
  branchId: BranchId | null,
): Promise<Pick<Facts, 'tenantStatus' | 'branchStatus' | 'webhookIds'>> {
  const [row] = await tx.query<Pick<Facts, 'tenantStatus' | 'branchStatus' | 'webhookIds'>>(
    `SELECT t.status AS "tenantStatus",
            (SELECT b.status FROM branch AS b WHERE b.tenant_id = $1 AND b.branch_id = $2::uuid) AS "branchStatus",
            ARRAY(SELECT w.webhook_id::text FROM webhook AS w WHERE w.tenant_id = $1 AND w.status = 'ACTIVE') AS "webhookIds"
       FROM tenant AS t WHERE t.tenant_id = $1`,
    [tenantId, branchId],
  );
  if (row === undefined) throw new Error('the tenant of a verified token is gone');
  return row;
}

/** Primary key look-ups, one row per actor: its branches, and on which of these devices it ever signed in. */
export async function readActors(
  tx: Tx,
  tenantId: TenantId,
  { actorIds, deviceIds }: { readonly actorIds: readonly ActorId[]; readonly deviceIds: readonly DeviceId[] },
): Promise<Map<ActorId, ActorFact>> {
  const rows = await tx.query<ActorFact>(
    `SELECT a.actor_id AS "actorId", a.role, a.status, a.token_hashes AS "tokenHashes",
            ARRAY(SELECT m.branch_id::text FROM actor_branch AS m WHERE m.tenant_id = $1 AND m.actor_id = a.actor_id) AS "branchIds",
            ARRAY(SELECT s.device_id::text FROM device_sign_in AS s
                   WHERE s.tenant_id = $1 AND s.device_id = ANY($3::uuid[]) AND s.actor_id = a.actor_id) AS "signedInOn"
       FROM actor AS a WHERE a.tenant_id = $1 AND a.actor_id = ANY($2::uuid[])`,
    [tenantId, actorIds, deviceIds],
  );
  return new Map(rows.map((row) => [row.actorId, row]));
}
