import type { Tx } from '@modula/db';
import { lockStreams } from '../../engine/feed/lock-streams.ts';
import { RequestError } from '../../engine/request-error.ts';
import type { DeviceSession } from '../../engine/session.ts';

/**
 * Lock: the device row, then its branch's stream row (D1): who is signed in is a fact that authority reads. The token is
 * looked at once more under the lock, so a revoked device signs nobody in (A6).
 */
export async function lockDeviceAndStream(tx: Tx, session: DeviceSession): Promise<void> {
  const rows = await tx.query<{ branchId: string }>(
    `SELECT branch_id AS "branchId" FROM device
      WHERE tenant_id = $1 AND device_id = $2 AND status = 'ACTIVE' AND $3 = ANY (token_hashes) FOR NO KEY UPDATE`,
    [session.tenantId, session.deviceId, session.tokenHash],
  );
  if (rows.length === 0) throw new RequestError('UNAUTHORIZED', 'A valid token is needed.');
  if (rows[0]?.branchId !== session.branchId) throw new RequestError('FORBIDDEN', 'The device has another branch now.');
  await lockStreams(tx, session.tenantId, { kind: 'branches', branchIds: [session.branchId] });
}
