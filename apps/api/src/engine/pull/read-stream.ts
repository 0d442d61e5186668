import type { Tx } from '@modula/db';
import type { BranchId, DeviceId, EntityKind, TenantId } from '@modula/sync-core';

/** A kind's share of the proof, the hash still as PostgreSQL's bits. */
export type KindProof = readonly [kind: string, liveCount: number, bits: string];

/** Everything a pull is authorized and placed by, of one snapshot with its page. */
export interface StreamFacts {
  readonly deviceStatus: string;
  readonly deviceBranchId: string;
  readonly tokenHashes: readonly string[];
  readonly branchStatus: string | null;
  readonly headSeq: number | null;
  readonly epoch: number;
  readonly horizonSeq: number;
  readonly proofs: string | null;
  readonly checkpointSeq: number | null;
  readonly checkpointEpoch: number | null;
}

export interface StreamRequest {
  readonly deviceId: DeviceId;
  readonly branchId: BranchId;
  readonly kinds: readonly EntityKind[];
  readonly scopeHash: string;
}

/** Primary key look-ups only; the proof is at most one row per kind. */
export async function readStream(tx: Tx, tenantId: TenantId, request: StreamRequest): Promise<StreamFacts | null> {
  const [row] = await tx.query<StreamFacts>(
    `SELECT d.status AS "deviceStatus", d.branch_id AS "deviceBranchId", d.token_hashes AS "tokenHashes",
            b.status AS "branchStatus", s.head_seq AS "headSeq", s.epoch, s.horizon_seq AS "horizonSeq",
            c.seq AS "checkpointSeq", c.epoch AS "checkpointEpoch",
            (SELECT json_agg(json_build_array(p.entity_kind, p.live_count, p.hash::text))::text FROM (
               SELECT entity_kind, live_count, hash FROM stream_proof WHERE tenant_id = $1 AND branch_id = $3 AND entity_kind = ANY($4::text[])
               UNION ALL
               SELECT entity_kind, live_count, hash FROM shared_proof WHERE tenant_id = $1 AND entity_kind = ANY($4::text[])
             ) AS p) AS proofs
       FROM device AS d
       LEFT JOIN branch AS b ON b.tenant_id = $1 AND b.branch_id = $3
       LEFT JOIN branch_stream AS s ON s.tenant_id = $1 AND s.branch_id = $3
       LEFT JOIN device_checkpoint AS c ON c.tenant_id = $1 AND c.device_id = $2 AND c.branch_id = $3 AND c.scope_hash = $5
      WHERE d.tenant_id = $1 AND d.device_id = $2`,
    [tenantId, request.deviceId, request.branchId, request.kinds, request.scopeHash],
  );
  return row ?? null;
}
