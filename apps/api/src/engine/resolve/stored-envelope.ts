import type { Database } from '@modula/db';
import {
  parseActorId,
  parseBranchId,
  parseClientOpId,
  parseDeviceId,
  type BranchId,
  type ClientOpId,
  type JsonObject,
  type TenantId,
} from '@modula/sync-core';
import type { Lane } from '../plug.ts';
import type { ClaimedOperation } from '../push/candidate.ts';

/** A failed operation as it was captured, to be judged again (A5). */
export interface StoredEnvelope {
  readonly operation: ClaimedOperation;
  readonly lane: Lane;
  readonly streamBranchId: BranchId | null;
}

interface EnvelopeRow {
  readonly clientOpId: string;
  readonly lane: Lane;
  readonly deviceId: string | null;
  readonly deviceSeq: number | null;
  readonly type: string;
  readonly version: number;
  readonly branchId: string | null;
  readonly actorId: string;
  readonly payload: string;
  readonly dependsOn: readonly string[];
  readonly occurredAt: string;
  readonly streamBranchId: string | null;
}

const COLUMNS = `client_op_id AS "clientOpId", lane, device_id AS "deviceId", device_seq AS "deviceSeq", type, version, branch_id AS "branchId",
  actor_id AS "actorId", payload, depends_on::text[] AS "dependsOn", occurred_at AS "occurredAt", stream_branch_id AS "streamBranchId"`;

/** The operation, whatever its outcome, or null. */
export async function readEnvelope(db: Database, tenantId: TenantId, clientOpId: ClientOpId): Promise<StoredEnvelope | null> {
  const [row] = await db.read(tenantId, (tx) =>
    tx.query<EnvelopeRow>(`SELECT ${COLUMNS} FROM operation WHERE tenant_id = $1 AND client_op_id = ANY($2::uuid[])`, [tenantId, [clientOpId]]),
  );
  return row === undefined ? null : envelopeOf(tenantId, row);
}

/** Failed operations that name one of these, in the order they were received: what a retry of these may set free. */
export async function readFailedDependents(db: Database, tenantId: TenantId, ids: readonly ClientOpId[]): Promise<StoredEnvelope[]> {
  const rows = await db.read(tenantId, (tx) =>
    tx.query<EnvelopeRow>(
      `SELECT ${COLUMNS} FROM operation
        WHERE tenant_id = $1 AND status = 'FAILED' AND failure_code <> 'WAIVED' AND depends_on && $2::uuid[]
        ORDER BY received_at, device_seq NULLS LAST, client_op_id`,
      [tenantId, ids],
    ),
  );
  return rows.map((row) => envelopeOf(tenantId, row));
}

function envelopeOf(tenantId: TenantId, row: EnvelopeRow): StoredEnvelope {
  const clientOpId = parseClientOpId(row.clientOpId);
  const actorId = parseActorId(row.actorId);
  if (clientOpId === null || actorId === null) throw new Error('an operation was stored without its ids');
  return {
    lane: row.lane,
    streamBranchId: parseBranchId(row.streamBranchId),
    operation: {
      clientOpId,
      tenantId,
      actorId,
      deviceId: parseDeviceId(row.deviceId),
      deviceSeq: row.deviceSeq,
      type: row.type,
      version: row.version,
      branchId: parseBranchId(row.branchId),
      // Written by settle.ts from a payload that was an object.
      payload: JSON.parse(row.payload) as JsonObject,
      payloadHash: null,
      dependsOn: row.dependsOn.flatMap((id) => parseClientOpId(id) ?? []),
      occurredAt: row.occurredAt,
    },
  };
}
