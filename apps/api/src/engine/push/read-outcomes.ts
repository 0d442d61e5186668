import type { Database } from '@modula/db';
import type { ClientOpId, OperationResult } from '@modula/sync-core';
import { RequestError } from '../request-error.ts';
import type { DeviceSession } from '../session.ts';
import { answerOf, readStored } from './stored-operation.ts';

/** Stored outcomes for a client that lost its answers. An id that was never settled is left out. */
export async function readOutcomes(db: Database, session: DeviceSession, clientOpIds: readonly ClientOpId[]): Promise<OperationResult[]> {
  const { tenantId, deviceId, tokenHash } = session;
  const [valid, stored] = await db.read(tenantId, (tx) =>
    Promise.all([
      // The token is looked at in the same snapshot: a revoked device reads nothing (A6).
      tx.query(`SELECT device_id FROM device WHERE tenant_id = $1 AND device_id = $2 AND status = 'ACTIVE' AND $3 = ANY(token_hashes)`, [
        tenantId,
        deviceId,
        tokenHash,
      ]),
      readStored(tx, tenantId, clientOpIds),
    ]),
  );
  if (valid.length === 0) throw new RequestError('UNAUTHORIZED', 'The token is not valid any more.');
  return clientOpIds.flatMap((clientOpId) => {
    const found = stored.get(clientOpId);
    return found === undefined ? [] : [answerOf(found, clientOpId, true)];
  });
}
