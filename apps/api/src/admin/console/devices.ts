import type { Database } from '@modula/db';
import type { TenantId } from '@modula/sync-core';
import { groupBy } from '../group-by.ts';
import { parseStored } from './mask.ts';

export interface DeviceSummary {
  readonly deviceId: string;
  readonly name: string;
  readonly branchId: string;
  readonly status: string;
  readonly lastSettledSeq: number;
  readonly lastSeenAt: string | null;
  readonly head: number;
  /** One per scope set: how far the device has applied the stream, and how far that is behind its head. */
  readonly checkpoints: readonly Checkpoint[];
  /** What the device said about itself: its queue, versions, clock, storage. */
  readonly manifest: unknown;
  readonly reportedAt: string | null;
  /** Missing deviceSeq ranges: each may be a lost sale (O2). */
  readonly gaps: readonly { readonly fromSeq: number; readonly toSeq: number; readonly noticedAt: string }[];
  readonly signedIn: readonly { readonly actorId: string; readonly name: string }[];
}

export interface Checkpoint {
  readonly scopes: readonly string[];
  readonly epoch: number;
  readonly seq: number;
  readonly lag: number;
  readonly presentedAt: string;
}

interface DeviceRow {
  readonly deviceId: string;
  readonly name: string;
  readonly branchId: string;
  readonly status: string;
  readonly lastSettledSeq: number;
  readonly lastSeenAt: string | null;
  readonly head: number;
  readonly manifest: string | null;
  readonly reportedAt: string | null;
}

export interface DevicePage {
  readonly devices: readonly DeviceSummary[];
  /** Names the last row; null at the end. */
  readonly next: { readonly branchId: string; readonly name: string } | null;
}

/** The devices of a tenant with their lag, manifest and gaps, by branch and name: four statements however many. Served by device_name. */
export async function listDevices(
  db: Database,
  tenantId: TenantId,
  { after = null, limit = 100 }: { readonly after?: DevicePage['next']; readonly limit?: number } = {},
): Promise<DevicePage> {
  return db.read(tenantId, async (tx) => {
    const rows = await tx.query<DeviceRow>(
      `SELECT d.device_id AS "deviceId", d.name, d.branch_id AS "branchId", d.status, d.last_settled_seq AS "lastSettledSeq",
              d.last_seen_at AS "lastSeenAt", s.head_seq AS head, m.manifest, m.reported_at AS "reportedAt"
         FROM device AS d
         JOIN branch_stream AS s ON s.tenant_id = $1 AND s.branch_id = d.branch_id
         LEFT JOIN device_manifest AS m ON m.tenant_id = $1 AND m.device_id = d.device_id
        WHERE d.tenant_id = $1 AND ($2::uuid IS NULL OR (d.branch_id, d.name) > ($2::uuid, $3::text))
        ORDER BY d.branch_id, d.name LIMIT $4`,
      [tenantId, after?.branchId ?? null, after?.name ?? null, limit + 1],
    );
    const devices = rows.slice(0, limit);
    const deviceIds = devices.map((device) => device.deviceId);
    const [checkpoints, gaps, signIns] = await Promise.all([
      tx.query<Checkpoint & { deviceId: string }>(
        `SELECT c.device_id AS "deviceId", c.scopes, c.epoch, c.seq, s.head_seq - c.seq AS lag, c.presented_at AS "presentedAt"
           FROM device_checkpoint AS c JOIN branch_stream AS s ON s.tenant_id = $1 AND s.branch_id = c.branch_id
          WHERE c.tenant_id = $1 AND c.device_id = ANY($2::uuid[]) ORDER BY c.presented_at DESC`,
        [tenantId, deviceIds],
      ),
      tx.query<{ deviceId: string; fromSeq: number; toSeq: number; noticedAt: string }>(
        `SELECT device_id AS "deviceId", from_seq AS "fromSeq", to_seq AS "toSeq", noticed_at AS "noticedAt"
           FROM device_sequence_gap WHERE tenant_id = $1 AND device_id = ANY($2::uuid[]) ORDER BY from_seq`,
        [tenantId, deviceIds],
      ),
      tx.query<{ deviceId: string; actorId: string; name: string }>(
        `SELECT i.device_id AS "deviceId", a.actor_id AS "actorId", a.name
           FROM device_sign_in AS i JOIN actor AS a ON a.tenant_id = $1 AND a.actor_id = i.actor_id
          WHERE i.tenant_id = $1 AND i.device_id = ANY($2::uuid[]) AND i.active ORDER BY a.name`,
        [tenantId, deviceIds],
      ),
    ]);
    const checkpointsOf = groupBy(checkpoints, (row) => row.deviceId);
    const gapsOf = groupBy(gaps, (row) => row.deviceId);
    const signInsOf = groupBy(signIns, (row) => row.deviceId);
    const last = devices.at(-1);
    return {
      devices: devices.map((device) => ({
        ...device,
        manifest: parseStored(device.manifest),
        checkpoints: (checkpointsOf.get(device.deviceId) ?? []).map(({ scopes, epoch, seq, lag, presentedAt }) => {
          return { scopes, epoch, seq, lag, presentedAt };
        }),
        gaps: (gapsOf.get(device.deviceId) ?? []).map(({ fromSeq, toSeq, noticedAt }) => ({ fromSeq, toSeq, noticedAt })),
        signedIn: (signInsOf.get(device.deviceId) ?? []).map(({ actorId, name }) => ({ actorId, name })),
      })),
      next: rows.length > limit && last !== undefined ? { branchId: last.branchId, name: last.name } : null,
    };
  });
}
