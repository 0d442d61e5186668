import type { Database, Tx } from '@modula/db';
import type { ClientOpId, OperationResult } from '@modula/sync-core';
import { admitDevice } from '../admit-device.ts';
import type { DeviceSession } from '../session.ts';
import { answerOf, readStored } from './stored-operation.ts';

/**
 * Stored outcomes for a client that lost its answers. An id that was never settled is left out, and so is one that is neither
 * this device's nor its branch's: it knows no such operation. The token is looked at in the same snapshot (A6).
 */
export async function readOutcomes(db: Database, session: DeviceSession, clientOpIds: readonly ClientOpId[]): Promise<OperationResult[]> {
  const { tenantId } = session;
  const [own, stored] = await db.read(tenantId, (tx) =>
    Promise.all([ownOf(tx, session, clientOpIds), readStored(tx, tenantId, clientOpIds), admitDevice(tx, session)]),
  );
  return clientOpIds.flatMap((clientOpId) => {
    const found = own.has(clientOpId) ? stored.get(clientOpId) : undefined;
    return found === undefined ? [] : [answerOf(found, clientOpId, true)];
  });
}

/** Those of the ids that this device sent, or that were judged in the branch it belongs to now. Primary key look-ups. */
async function ownOf(tx: Tx, { tenantId, deviceId }: DeviceSession, clientOpIds: readonly ClientOpId[]): Promise<Set<ClientOpId>> {
  const rows = await tx.query<{ clientOpId: ClientOpId }>(
    `SELECT o.client_op_id AS "clientOpId" FROM operation AS o JOIN device AS d ON d.tenant_id = $1 AND d.device_id = $3
      WHERE o.tenant_id = $1 AND o.client_op_id = ANY($2::uuid[])
        AND (o.device_id = d.device_id OR o.stream_branch_id = d.branch_id OR o.branch_id = d.branch_id)`,
    [tenantId, clientOpIds, deviceId],
  );
  return new Set(rows.map(({ clientOpId }) => clientOpId));
}
