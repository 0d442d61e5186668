import type { Database, Tx } from '@modula/db';
import type { ActorId, Role } from '@modula/sync-core';
import { RequestError } from '../../engine/request-error.ts';
import type { DeviceSession } from '../../engine/session.ts';
import type { AdminPorts, AttemptLimiter } from '../ports.ts';
import { verifyPassword } from '../secrets/password.ts';
import { lockDeviceAndStream } from './lock-device.ts';

export interface SignedInActor {
  readonly actorId: ActorId;
  readonly name: string;
  readonly role: Role;
}

interface Candidate extends SignedInActor {
  readonly pinHash: string | null;
}

/**
 * From now on this actor may act on this device. An unknown actor, one who may not work here, one without a PIN and a
 * wrong PIN get the same answer after the same time. Tries are limited per device and actor.
 */
export async function signIn(
  db: Database,
  session: DeviceSession,
  input: { readonly actorId: ActorId; readonly pin: string },
  ports: Pick<AdminPorts, 'now'> & { readonly pins: AttemptLimiter },
): Promise<SignedInActor> {
  const key = `${session.deviceId}/${input.actorId}`;
  const allowed = await ports.pins.take(key);
  if (allowed.kind === 'limited') {
    throw new RequestError('TOO_MANY_REQUESTS', 'Too many wrong PINs; try again later.', { retryAfterMs: allowed.retryAfterMs });
  }
  // The slow comparison happens outside of any transaction; what it was compared with is looked at again under the lock.
  const candidate = await db.read(session.tenantId, (tx) => readCandidate(tx, session, input.actorId));
  const isRight = await verifyPassword(input.pin, candidate?.pinHash ?? null);
  if (candidate === null || !isRight) throw wrongPin();

  const signedIn = await db.transaction(session.tenantId, async (tx) => {
    await lockDeviceAndStream(tx, session);
    const present = await readCandidate(tx, session, input.actorId);
    if (present === null || present.pinHash !== candidate.pinHash) return null;
    const at = ports.now();
    await tx.execute(
      `INSERT INTO device_sign_in (tenant_id, device_id, actor_id, active, first_at, last_at)
       VALUES ($1, $2, $3, true, $4::text::timestamptz, $4::text::timestamptz)
       ON CONFLICT (tenant_id, device_id, actor_id) DO UPDATE SET active = true, last_at = excluded.last_at`,
      [session.tenantId, session.deviceId, input.actorId, at],
    );
    return present;
  });
  if (signedIn === null) throw wrongPin();
  await ports.pins.reset(key);
  return { actorId: signedIn.actorId, name: signedIn.name, role: signedIn.role };
}

/** This actor no longer uses the device. "Signed in at some time" stays true: what it queued there is still its own (A1). */
export async function signOut(
  db: Database,
  session: DeviceSession,
  input: { readonly actorId: ActorId },
  ports: Pick<AdminPorts, 'now'>,
): Promise<void> {
  await db.transaction(session.tenantId, async (tx) => {
    await lockDeviceAndStream(tx, session);
    await tx.execute(
      `UPDATE device_sign_in SET active = false, last_at = $4::text::timestamptz
        WHERE tenant_id = $1 AND device_id = $2 AND actor_id = $3 AND active`,
      [session.tenantId, session.deviceId, input.actorId, ports.now()],
    );
  });
}

/** The actor, if it may work in the device's branch now. */
async function readCandidate(tx: Tx, session: DeviceSession, actorId: ActorId): Promise<Candidate | null> {
  const rows = await tx.query<Candidate>(
    `SELECT a.actor_id AS "actorId", a.name, a.role, a.pin_hash AS "pinHash" FROM actor AS a
      WHERE a.tenant_id = $1 AND a.actor_id = $2 AND a.status = 'ACTIVE'
        AND (a.role = 'OWNER' OR EXISTS (
              SELECT 1 FROM actor_branch AS m WHERE m.tenant_id = $1 AND m.actor_id = a.actor_id AND m.branch_id = $3))`,
    [session.tenantId, actorId, session.branchId],
  );
  return rows[0] ?? null;
}

function wrongPin(): RequestError {
  return new RequestError('FORBIDDEN', 'The PIN is wrong.', { reason: 'WRONG_PIN' });
}
