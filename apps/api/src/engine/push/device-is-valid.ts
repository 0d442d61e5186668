import type { Tx } from '@modula/db';
import type { DeviceSession } from '../session.ts';

/** Whether the token still stands for an active device, in this snapshot (A6). Primary key look-up. */
export async function deviceIsValid(tx: Tx, { tenantId, deviceId, tokenHash }: DeviceSession): Promise<boolean> {
  const rows = await tx.query(
    `SELECT device_id FROM device WHERE tenant_id = $1 AND device_id = $2 AND status = 'ACTIVE' AND $3 = ANY(token_hashes)`,
    [tenantId, deviceId, tokenHash],
  );
  return rows.length > 0;
}
