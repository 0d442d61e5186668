import type { Tx } from '@modula/db';
import type { PlanSecrets } from './mint-secrets.ts';
import type { TenantPlan } from './plan.ts';

const COLUMNS = `"actorId" uuid, name text, role text, status text, "pinHash" text, "tokenHash" text`;

/** Actors and their memberships: at most four statements however many. A new token ends all the ones before it. */
export async function writeActors(tx: Tx, plan: TenantPlan, secrets: PlanSecrets): Promise<void> {
  const touched = plan.actors.filter((entry) => entry.change !== 'keep' || entry.newToken);
  if (touched.length === 0) return;
  const rows = (change: 'create' | 'other'): string =>
    JSON.stringify(
      touched
        .filter((entry) => (entry.change === 'create') === (change === 'create'))
        .map(({ after: { actorId, name, role, status, pinHash } }) => {
          return { actorId, name, role, status, pinHash, tokenHash: secrets.actorTokens.get(actorId)?.hash ?? null };
        }),
    );
  const members = touched.flatMap(({ after }) => after.branchIds.map((branchId) => ({ actorId: after.actorId, branchId })));
  await Promise.all([
    tx.execute(
      `INSERT INTO actor (tenant_id, actor_id, name, role, status, pin_hash, token_hashes)
       SELECT $1::uuid, r."actorId", r.name, r.role, r.status, r."pinHash", ARRAY[r."tokenHash"]
         FROM json_to_recordset($2::text::json) AS r (${COLUMNS})`,
      [plan.tenantId, rows('create')],
    ),
    tx.execute(
      `UPDATE actor AS a
          SET name = r.name, role = r.role, status = r.status, pin_hash = r."pinHash",
              token_hashes = CASE WHEN r."tokenHash" IS NULL THEN a.token_hashes ELSE ARRAY[r."tokenHash"] END
         FROM json_to_recordset($2::text::json) AS r (${COLUMNS})
        WHERE a.tenant_id = $1 AND a.actor_id = r."actorId"`,
      [plan.tenantId, rows('other')],
    ),
    tx.execute(
      `DELETE FROM actor_branch AS m
        WHERE m.tenant_id = $1 AND m.actor_id = ANY($2::uuid[])
          AND NOT EXISTS (
            SELECT 1 FROM json_to_recordset($3::text::json) AS r ("actorId" uuid, "branchId" uuid)
             WHERE r."actorId" = m.actor_id AND r."branchId" = m.branch_id)`,
      [plan.tenantId, touched.map((entry) => entry.after.actorId), JSON.stringify(members)],
    ),
    tx.execute(
      `INSERT INTO actor_branch (tenant_id, actor_id, branch_id)
       SELECT $1::uuid, r."actorId", r."branchId" FROM json_to_recordset($2::text::json) AS r ("actorId" uuid, "branchId" uuid)
       ON CONFLICT DO NOTHING`,
      [plan.tenantId, JSON.stringify(members)],
    ),
  ]);
}
