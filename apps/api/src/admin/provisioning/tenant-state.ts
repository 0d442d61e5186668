import type { ActorId, BranchId, DeviceId, Role, TenantId } from '@modula/sync-core';
import type { Tx } from '@modula/db';

export type TenantStatus = 'ACTIVE' | 'FROZEN';
export type BranchStatus = 'ACTIVE' | 'FROZEN' | 'ARCHIVED';
export type MemberStatus = 'ACTIVE' | 'REVOKED';

export interface BranchState {
  readonly branchId: BranchId;
  readonly name: string;
  readonly status: BranchStatus;
}

export interface ActorState {
  readonly actorId: ActorId;
  readonly name: string;
  readonly role: Role;
  readonly status: MemberStatus;
  readonly pinHash: string | null;
  /** Sorted. */
  readonly branchIds: readonly BranchId[];
}

export interface DeviceState {
  readonly deviceId: DeviceId;
  readonly branchId: BranchId;
  readonly name: string;
  readonly status: MemberStatus;
}

/** A tenant as the database holds it: what a specification is compared with. */
export interface TenantState {
  readonly tenantId: TenantId;
  /** Null: it does not exist yet. */
  readonly tenant: { readonly name: string; readonly status: TenantStatus } | null;
  readonly branches: readonly BranchState[];
  readonly actors: readonly ActorState[];
  readonly devices: readonly DeviceState[];
  /** Who is signed in now: `signInKey`. */
  readonly signIns: ReadonlySet<string>;
}

export function signInKey(deviceId: DeviceId, actorId: ActorId): string {
  return `${deviceId}/${actorId}`;
}

/** Reads the whole tenant, five statements pipelined. It locks nothing. */
export async function loadTenantState(tx: Tx, tenantId: TenantId): Promise<TenantState> {
  const [tenants, branches, actors, devices, signIns] = await Promise.all([
    tx.query<{ name: string; status: TenantStatus }>(`SELECT name, status FROM tenant WHERE tenant_id = $1`, [tenantId]),
    tx.query<BranchState>(`SELECT branch_id AS "branchId", name, status FROM branch WHERE tenant_id = $1 ORDER BY branch_id`, [tenantId]),
    tx.query<ActorState>(
      `SELECT a.actor_id AS "actorId", a.name, a.role, a.status, a.pin_hash AS "pinHash",
              ARRAY(SELECT b.branch_id FROM actor_branch AS b WHERE b.tenant_id = $1 AND b.actor_id = a.actor_id ORDER BY b.branch_id) AS "branchIds"
         FROM actor AS a WHERE a.tenant_id = $1 ORDER BY a.actor_id`,
      [tenantId],
    ),
    tx.query<DeviceState>(
      `SELECT device_id AS "deviceId", branch_id AS "branchId", name, status FROM device WHERE tenant_id = $1 ORDER BY device_id`,
      [tenantId],
    ),
    tx.query<{ deviceId: DeviceId; actorId: ActorId }>(
      `SELECT device_id AS "deviceId", actor_id AS "actorId" FROM device_sign_in WHERE tenant_id = $1 AND active`,
      [tenantId],
    ),
  ]);
  return {
    tenantId,
    tenant: tenants[0] ?? null,
    branches,
    actors,
    devices,
    signIns: new Set(signIns.map((row) => signInKey(row.deviceId, row.actorId))),
  };
}
