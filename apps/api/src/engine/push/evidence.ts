import type { Tx } from '@modula/db';
import type { ActorId, BranchId, DeviceId, TenantId } from '@modula/sync-core';
import type { EntityRef } from '../plug.ts';
import type { EvidenceFacts, Verdict } from './verdict.ts';

interface FoundChange extends EntityRef {
  readonly seq: number;
  readonly occurredAt: string;
  readonly actorId: ActorId | null;
}

const NOTHING: EvidenceFacts = { changeOf: () => null, seenBy: () => null };

/** Looks up, in two statements, the change behind every failure of a chunk that names an entity. No failure: no statement. */
export async function gatherEvidence(
  tx: Tx,
  tenantId: TenantId,
  { branchId, verdicts }: { readonly branchId: BranchId | null; readonly verdicts: readonly Verdict[] },
): Promise<EvidenceFacts> {
  const failed = verdicts.flatMap((verdict) => ('failure' in verdict && verdict.failure.about !== null ? [verdict] : []));
  if (branchId === null || failed.length === 0) return NOTHING;
  const abouts = failed.flatMap((verdict) => (verdict.failure.about === null ? [] : [verdict.failure.about]));
  const deviceIds = [...new Set(failed.flatMap(({ candidate }) => candidate.operation.deviceId ?? []))];
  const [changes, seen] = await Promise.all([
    latestChanges(tx, tenantId, { branchId, abouts }),
    seenSeqs(tx, tenantId, { branchId, deviceIds }),
  ]);
  const byEntity = new Map(changes.map((change) => [keyOf(change), change]));
  return {
    changeOf: (about) => byEntity.get(keyOf(about)) ?? null,
    seenBy: (deviceId) => (deviceId === null ? null : (seen.get(deviceId) ?? null)),
  };
}

/** One probe of feed_entry_live_entity, or of shared_change_live_entity and the stream's entry for it, per entity. */
function latestChanges(
  tx: Tx,
  tenantId: TenantId,
  { branchId, abouts }: { readonly branchId: BranchId; readonly abouts: readonly EntityRef[] },
): Promise<FoundChange[]> {
  return tx.query<FoundChange>(
    `WITH about AS MATERIALIZED (SELECT DISTINCT kind, id FROM unnest($3::text[], $4::text[]) AS a (kind, id))
     SELECT about.kind AS "entityKind", about.id AS "entityId", own.seq, own.occurred_at AS "occurredAt", own.actor_id AS "actorId"
       FROM about CROSS JOIN LATERAL (
         SELECT o.entity_id, o.seq, o.occurred_at, o.actor_id FROM feed_entry AS o
          WHERE o.tenant_id = $1 AND o.branch_id = $2 AND o.entity_kind = about.kind AND o.entity_id >= about.id
            AND o.replaced_by_seq IS NULL AND o.shared_seq IS NULL
          ORDER BY o.entity_id LIMIT 1) AS own
      WHERE own.entity_id = about.id
     UNION ALL
     SELECT about.kind, about.id, narrow.seq, shared.occurred_at, shared.actor_id
       FROM about CROSS JOIN LATERAL (
         SELECT o.entity_id, o.shared_seq, o.occurred_at, o.actor_id FROM shared_change AS o
          WHERE o.tenant_id = $1 AND o.entity_kind = about.kind AND o.entity_id >= about.id AND o.replaced_by_seq IS NULL
          ORDER BY o.entity_id LIMIT 1) AS shared
       CROSS JOIN LATERAL (
         SELECT n.seq FROM feed_entry AS n
          WHERE n.tenant_id = $1 AND n.branch_id = $2 AND n.entity_kind = about.kind AND n.shared_seq = shared.shared_seq
            AND n.replaced_by_seq IS NULL
          LIMIT 1) AS narrow
      WHERE shared.entity_id = about.id`,
    [tenantId, branchId, abouts.map((about) => about.entityKind), abouts.map((about) => about.entityId)],
  );
}

/** How far each device had pulled this stream, by the cursor it last presented (P6). */
async function seenSeqs(
  tx: Tx,
  tenantId: TenantId,
  { branchId, deviceIds }: { readonly branchId: BranchId; readonly deviceIds: readonly DeviceId[] },
): Promise<Map<DeviceId, number>> {
  const rows = await tx.query<{ deviceId: DeviceId; seq: number }>(
    `SELECT c.device_id AS "deviceId", max(c.seq) AS seq
       FROM device_checkpoint AS c JOIN branch_stream AS s ON s.tenant_id = c.tenant_id AND s.branch_id = c.branch_id AND s.epoch = c.epoch
      WHERE c.tenant_id = $1 AND s.tenant_id = $1 AND c.branch_id = $2 AND c.device_id = ANY($3::uuid[])
      GROUP BY c.device_id`,
    [tenantId, branchId, deviceIds],
  );
  return new Map(rows.map((row) => [row.deviceId, row.seq]));
}

function keyOf({ entityKind, entityId }: EntityRef): string {
  return `${entityKind}\n${entityId}`;
}
