import type { Database } from '@modula/db';
import { parseBranchId } from '@modula/sync-core';
import type { ActorSession, DeviceSession } from '../../engine/session.ts';
import type { BearerToken } from './token.ts';

/** The session of a device token, or null when it is unknown, ended or its device is revoked. Plan: primary key. */
export async function findDeviceSession(
  db: Database,
  token: Extract<BearerToken, { kind: 'device' }>,
): Promise<DeviceSession | null> {
  const rows = await db.read(token.tenantId, (tx) =>
    tx.query<{ branch_id: string }>(
      `SELECT branch_id FROM device
       WHERE tenant_id = $1 AND device_id = $2 AND status = 'ACTIVE' AND $3 = ANY (token_hashes)`,
      [token.tenantId, token.deviceId, token.hash],
    ),
  );
  const branchId = parseBranchId(rows[0]?.branch_id);
  if (branchId === null) return null;
  return { kind: 'device', tenantId: token.tenantId, deviceId: token.deviceId, branchId, tokenHash: token.hash };
}

/** The session of an actor token, or null when it is unknown, ended or its actor is revoked. Plan: primary key. */
export async function findActorSession(
  db: Database,
  token: Extract<BearerToken, { kind: 'actor' }>,
): Promise<ActorSession | null> {
  const rows = await db.read(token.tenantId, (tx) =>
    tx.query<{ actor_id: string }>(
      `SELECT actor_id FROM actor
       WHERE tenant_id = $1 AND actor_id = $2 AND status = 'ACTIVE' AND $3 = ANY (token_hashes)`,
      [token.tenantId, token.actorId, token.hash],
    ),
  );
  if (rows.length === 0) return null;
  return { kind: 'actor', tenantId: token.tenantId, actorId: token.actorId, tokenHash: token.hash };
}
