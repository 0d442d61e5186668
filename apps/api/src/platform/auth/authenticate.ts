import type { Database } from '@modula/db';
import { assertNever } from '@modula/sync-core';
import { LRUCache } from 'lru-cache';
import { RequestError } from '../../engine/request-error.ts';
import type { Session, SupportSession } from '../../engine/session.ts';
import type { RateLimits } from '../rate-limits.ts';
import { findActorSession, findDeviceSession } from './find-session.ts';
import { parseBearerToken, type BearerToken } from './token.ts';

/** Who is calling. Throws UNAUTHORIZED for no, a bad or an ended token, and does not say which. */
export type Authenticate = (bearer: string | null, remoteAddress: string) => Promise<Session>;

export interface AuthenticateOptions {
  readonly db: Database;
  readonly limits: RateLimits;
  /** Support sessions belong to the console; it looks them up by token hash. Not cached: staff are few. */
  readonly findSupportSession: (tokenHash: string) => Promise<SupportSession | null>;
}

const CACHED_SESSIONS = 20_000;
/**
 * Short, because a session also says which branch the device belongs to: a till that was moved is told to come back in 5 s
 * (hasMoved in engine/push/judge.ts), and hears of its new branch then. One look-up per till and 5 s costs nothing beside its pulls.
 */
const CACHED_FOR_MS = 5_000;

/**
 * Verified device and actor tokens are remembered as a hint only: they save a look-up, but the engine and the services
 * look at the token again in the transaction that does the work, so a revoked one stops at once (A6).
 */
export function createAuthenticate({ db, limits, findSupportSession }: AuthenticateOptions): Authenticate {
  const verified = new LRUCache<string, Session>({ max: CACHED_SESSIONS, ttl: CACHED_FOR_MS });

  async function find(token: BearerToken): Promise<Session | null> {
    switch (token.kind) {
      case 'device':
        return await findDeviceSession(db, token);
      case 'actor':
        return await findActorSession(db, token);
      case 'support':
        return await findSupportSession(token.hash);
      default:
        return assertNever(token);
    }
  }

  return async (bearer, remoteAddress) => {
    if (bearer === null) throw unauthorized();
    const token = parseBearerToken(bearer);
    if (token === null) throw unauthorized();
    const known = verified.get(token.hash);
    if (known !== undefined) return known;
    await limits.admitAddress(remoteAddress);
    const session = await find(token);
    if (session === null) {
      await limits.badToken(remoteAddress);
      throw unauthorized();
    }
    if (session.kind !== 'support') verified.set(token.hash, session);
    return session;
  };
}

/** The token of an `Authorization: Bearer …` header. The scheme's name is not case-sensitive (RFC 9110). */
export function bearerOf(authorization: string | null | undefined): string | null {
  const match = /^bearer +([\w-]+) *$/i.exec(authorization ?? '');
  return match?.[1] ?? null;
}

function unauthorized(): RequestError {
  return new RequestError('UNAUTHORIZED', 'A valid token is needed.');
}
