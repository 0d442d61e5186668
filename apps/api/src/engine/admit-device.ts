import type { Tx } from '@modula/db';
import { branchArchived, RequestError } from './request-error.ts';
import type { DeviceSession } from './session.ts';

/**
 * Sends the look-up of a device and its branch, by primary keys. It refuses when the token is not valid any more (A6) or the
 * branch is archived. Await it together with the statements that it guards: they share its round trip and its snapshot.
 */
export async function admitDevice(tx: Tx, { tenantId, deviceId, tokenHash }: DeviceSession): Promise<void> {
  const [row] = await tx.query<{ branchStatus: string }>(
    `SELECT b.status AS "branchStatus" FROM device AS d JOIN branch AS b ON b.tenant_id = $1 AND b.branch_id = d.branch_id
      WHERE d.tenant_id = $1 AND d.device_id = $2 AND d.status = 'ACTIVE' AND $3 = ANY(d.token_hashes)`,
    [tenantId, deviceId, tokenHash],
  );
  if (row === undefined) throw new RequestError('UNAUTHORIZED', 'The token is not valid any more.');
  if (row.branchStatus === 'ARCHIVED') throw branchArchived();
}
