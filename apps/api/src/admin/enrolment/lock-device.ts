import type { Tx } from '@modula/db';
import { lockStreams } from '../../engine/feed/lock-streams.ts';
import { branchArchived, RequestError } from '../../engine/request-error.ts';
import type { DeviceSession } from '../../engine/session.ts';

/**
 * Lock: the device row, then its branch's stream row (D1): who is signed in is a fact that authority reads. The token is
 * looked at once more under the lock, so a revoked device signs nobody in (A6), nor does one of an archived branch. On a frozen
 * branch people may still change shifts.
 */
export async function lockDeviceAndStream(tx: Tx, session: DeviceSession): Promise<void> {
  const rows = await tx.query<{ branchId: string }>(
    `SELECT branch_id AS "branchId" FROM device
      WHERE tenant_id = $1 AND device_id = $2 AND status = 'ACTIVE' AND $3 = ANY (token_hashes) FOR NO KEY UPDATE`,
    [session.tenantId, session.deviceId, session.tokenHash],
  );
  if (rows.length === 0) throw new RequestError('UNAUTHORIZED', 'A valid token is needed.');
  if (rows[0]?.branchId !== session.branchId) throw new RequestError('FORBIDDEN', 'The device has another branch now.', { reason: 'BRANCH_MISMATCH' });
  // Sent behind the lock: a statement that waits for a lock still sees the past.
  const [, branches] = await Promise.all([
    lockStreams(tx, session.tenantId, { kind: 'branches', branchIds: [session.branchId] }),
    tx.query<{ status: string }>(`SELECT status FROM branch WHERE tenant_id = $1 AND branch_id = $2`, [session.tenantId, session.branchId]),
  ]);
  if (branches[0]?.status === 'ARCHIVED') throw branchArchived();
}
