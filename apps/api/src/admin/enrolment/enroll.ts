import type { Database, Tx } from '@modula/db';
import type { BranchId, DeviceId, TenantId } from '@modula/sync-core';
import { RequestError } from '../../engine/request-error.ts';
import type { AdminPorts } from '../ports.ts';
import { parseEnrolmentCode } from '../secrets/enrolment-code.ts';
import { mintDeviceToken } from '../secrets/token.ts';

export interface EnrolledDevice {
  readonly deviceId: DeviceId;
  readonly deviceToken: string;
  readonly tenantId: TenantId;
  readonly branchId: BranchId;
}

/**
 * Trades a one-time code for a device token. Tokens the device has already stay valid: a code that leaked cannot
 * lock a till out, and only a reissue ends tokens. A wrong, used or expired code and a revoked device get one answer.
 */
export async function enroll(db: Database, input: { readonly code: string }, ports: AdminPorts): Promise<EnrolledDevice> {
  const code = parseEnrolmentCode(input.code);
  if (code === null) throw invalidCode();
  const enrolled = await db.transaction(code.tenantId, async (tx): Promise<EnrolledDevice | null> => {
    const at = ports.now();
    const device = await lockDeviceOfCode(tx, code.tenantId, { codeHash: code.hash, at });
    if (device === null || !(await useCode(tx, code.tenantId, { codeHash: code.hash, at }))) return null;
    const token = mintDeviceToken(code.tenantId, device.deviceId, ports.randomBytes);
    await tx.execute(`UPDATE device SET token_hashes = token_hashes || $3::text WHERE tenant_id = $1 AND device_id = $2`, [
      code.tenantId,
      device.deviceId,
      token.hash,
    ]);
    return { ...device, deviceToken: token.secret, tenantId: code.tenantId };
  });
  if (enrolled === null) throw invalidCode();
  return enrolled;
}

/** Lock: the device row, before the code, so that a reissue and an enrolment can't cross (D1). */
async function lockDeviceOfCode(
  tx: Tx,
  tenantId: TenantId,
  code: { readonly codeHash: string; readonly at: string },
): Promise<{ deviceId: DeviceId; branchId: BranchId } | null> {
  const rows = await tx.query<{ deviceId: DeviceId; branchId: BranchId }>(
    `SELECT d.device_id AS "deviceId", d.branch_id AS "branchId"
       FROM enrolment_code AS c JOIN device AS d ON d.tenant_id = $1 AND d.device_id = c.device_id
      WHERE c.tenant_id = $1 AND c.code_hash = $2 AND c.used_at IS NULL AND c.expires_at > $3::text::timestamptz AND d.status = 'ACTIVE'
        FOR NO KEY UPDATE OF d`,
    [tenantId, code.codeHash, code.at],
  );
  return rows[0] ?? null;
}

/** One statement decides who wins: of two enrolments with one code exactly one changes the row. */
async function useCode(tx: Tx, tenantId: TenantId, code: { readonly codeHash: string; readonly at: string }): Promise<boolean> {
  const used = await tx.query<{ deviceId: string }>(
    `UPDATE enrolment_code SET used_at = $3::text::timestamptz
      WHERE tenant_id = $1 AND code_hash = $2 AND used_at IS NULL AND expires_at > $3::text::timestamptz
      RETURNING device_id AS "deviceId"`,
    [tenantId, code.codeHash, code.at],
  );
  return used.length === 1;
}

function invalidCode(): RequestError {
  return new RequestError('UNAUTHORIZED', 'This enrolment code is wrong, used or too old; ask for a new one.', { reason: 'CODE_INVALID' });
}
