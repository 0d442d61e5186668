import type { Database } from '@modula/db';
import { RequestError } from '../../engine/request-error.ts';
import type { SupportRole, SupportSession } from '../../engine/session.ts';
import type { AdminPorts, AttemptLimiter } from '../ports.ts';
import { verifyPassword } from '../secrets/password.ts';
import { mintSupportToken, secretHash } from '../secrets/token.ts';

const SESSION_HOURS = 12;
const HOUR_MS = 3_600_000;

export interface OpenedSession {
  readonly token: string;
  readonly role: SupportRole;
  readonly expiresAt: string;
}

/** Signs a support person in. An unknown e-mail, a revoked person and a wrong password get the same answer after the same time. */
export async function signInSupport(
  db: Database,
  input: { readonly email: string; readonly password: string },
  ports: Pick<AdminPorts, 'now' | 'randomBytes'> & { readonly passwords: AttemptLimiter },
): Promise<OpenedSession> {
  const email = input.email.toLowerCase();
  const allowed = await ports.passwords.take(email);
  if (allowed.kind === 'limited') {
    throw new RequestError('TOO_MANY_REQUESTS', 'Too many wrong passwords; try again later.', { retryAfterMs: allowed.retryAfterMs });
  }
  const [user] = await db.global((tx) =>
    tx.query<{ supportUserId: string; passwordHash: string; role: SupportRole }>(
      `SELECT support_user_id AS "supportUserId", password_hash AS "passwordHash", role FROM support_user WHERE email = $1 AND status = 'ACTIVE'`,
      [email],
    ),
  );
  const isRight = await verifyPassword(input.password, user?.passwordHash ?? null);
  if (user === undefined || !isRight) throw new RequestError('UNAUTHORIZED', 'The e-mail or the password is wrong.', { reason: 'WRONG_PASSWORD' });

  const token = mintSupportToken(ports.randomBytes);
  const now = ports.now();
  const expiresAt = new Date(Date.parse(now) + SESSION_HOURS * HOUR_MS).toISOString();
  await db.global(async (tx) => {
    await tx.execute(`DELETE FROM support_session WHERE support_user_id = $1 AND expires_at <= $2::text::timestamptz`, [user.supportUserId, now]);
    await tx.execute(
      `INSERT INTO support_session (token_hash, support_user_id, expires_at, created_at)
       VALUES ($1, $2, $3::text::timestamptz, $4::text::timestamptz)`,
      [token.hash, user.supportUserId, expiresAt, now],
    );
  });
  await ports.passwords.reset(email);
  return { token: token.secret, role: user.role, expiresAt };
}

/** Ends the session of this token; ending one that is over already is no fault. */
export async function signOutSupport(db: Database, token: string): Promise<void> {
  await db.global((tx) => tx.execute(`DELETE FROM support_session WHERE token_hash = $1`, [secretHash(token)]));
}

/** The session of a token, by its hash, or null when it is unknown, over, or its person is revoked. */
export async function findSupportSession(db: Database, tokenHash: string, ports: Pick<AdminPorts, 'now'>): Promise<SupportSession | null> {
  const [row] = await db.global((tx) =>
    tx.query<Omit<SupportSession, 'kind'>>(
      `SELECT u.support_user_id AS "supportUserId", u.email, u.role
         FROM support_session AS s JOIN support_user AS u ON u.support_user_id = s.support_user_id AND u.status = 'ACTIVE'
        WHERE s.token_hash = $1 AND s.expires_at > $2::text::timestamptz`,
      [tokenHash, ports.now()],
    ),
  );
  return row === undefined ? null : { kind: 'support', ...row };
}
