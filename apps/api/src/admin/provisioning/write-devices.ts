import type { Tx } from '@modula/db';
import type { PlanSecrets } from './mint-secrets.ts';
import type { TenantPlan } from './plan.ts';

/** An enrolment code that nobody used for a week is worth nothing. */
const ENROLMENT_CODE_DAYS = 7;

const COLUMNS = `"deviceId" uuid, "branchId" uuid, name text, status text, "tokenHash" text`;

/** Devices, their codes and sign-ins: at most five statements however many. A new token ends all tokens and codes before it. */
export async function writeDevices(
  tx: Tx,
  plan: TenantPlan,
  { secrets, at }: { readonly secrets: PlanSecrets; readonly at: string },
): Promise<void> {
  const touched = plan.devices.filter((entry) => entry.change !== 'keep' || entry.newToken);
  const signIns = plan.devices.flatMap(({ after, signIns: actorIds }) => actorIds.map((actorId) => ({ deviceId: after.deviceId, actorId })));
  const codes = [...secrets.enrolmentCodes].map(([deviceId, code]) => ({ deviceId, codeHash: code.hash }));
  const rows = (change: 'create' | 'other'): string =>
    JSON.stringify(
      touched
        .filter((entry) => (entry.change === 'create') === (change === 'create'))
        .map(({ after }) => ({ ...after, tokenHash: secrets.deviceTokens.get(after.deviceId)?.hash ?? null })),
    );
  const sent: Promise<unknown>[] = [];
  if (touched.length > 0) {
    sent.push(
      tx.execute(
        `INSERT INTO device (tenant_id, device_id, branch_id, name, status, token_hashes)
         SELECT $1::uuid, r."deviceId", r."branchId", r.name, r.status, ARRAY[r."tokenHash"]
           FROM json_to_recordset($2::text::json) AS r (${COLUMNS})`,
        [plan.tenantId, rows('create')],
      ),
      tx.execute(
        `UPDATE device AS d
            SET branch_id = r."branchId", name = r.name, status = r.status,
                token_hashes = CASE WHEN r."tokenHash" IS NULL THEN d.token_hashes ELSE ARRAY[r."tokenHash"] END
           FROM json_to_recordset($2::text::json) AS r (${COLUMNS})
          WHERE d.tenant_id = $1 AND d.device_id = r."deviceId"`,
        [plan.tenantId, rows('other')],
      ),
    );
  }
  if (codes.length > 0) {
    sent.push(
      tx.execute(`DELETE FROM enrolment_code WHERE tenant_id = $1 AND device_id = ANY($2::uuid[]) AND used_at IS NULL`, [
        plan.tenantId,
        codes.map((code) => code.deviceId),
      ]),
      tx.execute(
        `INSERT INTO enrolment_code (tenant_id, code_hash, device_id, expires_at)
         SELECT $1::uuid, r."codeHash", r."deviceId", $3::text::timestamptz + make_interval(days => $4::text::int)
           FROM json_to_recordset($2::text::json) AS r ("codeHash" text, "deviceId" uuid)`,
        [plan.tenantId, JSON.stringify(codes), at, ENROLMENT_CODE_DAYS],
      ),
    );
  }
  if (signIns.length > 0) {
    sent.push(
      tx.execute(
        `INSERT INTO device_sign_in (tenant_id, device_id, actor_id, active, first_at, last_at)
         SELECT $1::uuid, r."deviceId", r."actorId", true, $3::text::timestamptz, $3::text::timestamptz
           FROM json_to_recordset($2::text::json) AS r ("deviceId" uuid, "actorId" uuid)
         ON CONFLICT (tenant_id, device_id, actor_id) DO UPDATE SET active = true, last_at = excluded.last_at`,
        [plan.tenantId, JSON.stringify(signIns), at],
      ),
    );
  }
  await Promise.all(sent);
}
