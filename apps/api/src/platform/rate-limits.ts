import type { TenantId } from '@modula/sync-core';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { AttemptLimiter } from '../admin/ports.ts';
import { RequestError } from '../engine/request-error.ts';
import type { Session } from '../engine/session.ts';
import type { Metrics } from './metrics.ts';

/**
 * Budgets per minute, per node. They stop a till that runs wild, not a till that was offline for a week:
 * 20,000 operations a minute are a hundred full pushes.
 */
const PER_MINUTE = {
  device: 20_000,
  tenant: 400_000,
  support: 6_000,
  /** Bad tokens from one address. Good ones don't count. */
  badToken: 600,
  enrolment: 120,
  /** Each try costs the service a slow hash, and an e-mail that nobody has is a new one every time. */
  consoleSignIn: 60,
} as const;

const MINUTE_SECONDS = 60;

/** A PIN has few digits: five wrong tries, then a quarter of an hour of rest for that actor on that device. */
const PIN_TRIES = 5;
const PIN_REST_SECONDS = 15 * 60;
const PASSWORD_TRIES = 10;

export interface RateLimits {
  /** Takes `weight` from the caller's budgets: one per request, or one per operation. Throws TOO_MANY_REQUESTS. */
  spend(session: Session, weight: number): Promise<void>;
  /** Throws when this address has presented too many bad tokens. */
  admitAddress(remoteAddress: string): Promise<void>;
  badToken(remoteAddress: string): Promise<void>;
  enrolment(remoteAddress: string): Promise<void>;
  consoleSignIn(remoteAddress: string): Promise<void>;
  readonly pins: AttemptLimiter;
  readonly passwords: AttemptLimiter;
}

export function createRateLimits(metrics: Metrics): RateLimits {
  const limiter = (name: keyof typeof PER_MINUTE) =>
    new RateLimiterMemory({ keyPrefix: name, points: PER_MINUTE[name], duration: MINUTE_SECONDS });
  const device = limiter('device');
  const tenant = limiter('tenant');
  const support = limiter('support');
  const badToken = limiter('badToken');
  const enrolment = limiter('enrolment');
  const consoleSignIn = limiter('consoleSignIn');

  async function consume(limit: RateLimiterMemory, key: string, weight: number): Promise<void> {
    const refused = await refusalOf(limit.consume(key, weight));
    if (refused !== null) throw tooMany(metrics, limit.keyPrefix, refused.msBeforeNext);
  }

  return {
    async spend(session, weight) {
      if (session.kind === 'support') return await consume(support, session.supportUserId, weight);
      await consume(device, session.kind === 'device' ? session.deviceId : session.actorId, weight);
      await consume(tenant, session.tenantId satisfies TenantId, weight);
    },
    async admitAddress(remoteAddress) {
      const state = await badToken.get(remoteAddress);
      if (state !== null && state.remainingPoints === 0) throw tooMany(metrics, 'badToken', state.msBeforeNext ?? 0);
    },
    async badToken(remoteAddress) {
      // Over the limit or not: this try has been made. admitAddress refuses the next one.
      await refusalOf(badToken.consume(remoteAddress));
    },
    enrolment: (remoteAddress) => consume(enrolment, remoteAddress, 1),
    consoleSignIn: (remoteAddress) => consume(consoleSignIn, remoteAddress, 1),
    pins: attempts('pin', PIN_TRIES, metrics),
    passwords: attempts('password', PASSWORD_TRIES, metrics),
  };
}

/** RATE_LIMITS=off: for benches and tests. */
export const noRateLimits: RateLimits = {
  spend: () => Promise.resolve(),
  admitAddress: () => Promise.resolve(),
  badToken: () => Promise.resolve(),
  enrolment: () => Promise.resolve(),
  consoleSignIn: () => Promise.resolve(),
  pins: { take: () => Promise.resolve({ kind: 'ok' }), reset: () => Promise.resolve() },
  passwords: { take: () => Promise.resolve({ kind: 'ok' }), reset: () => Promise.resolve() },
};

function attempts(name: string, points: number, metrics: Metrics): AttemptLimiter {
  const limiter = new RateLimiterMemory({ keyPrefix: name, points, duration: PIN_REST_SECONDS });
  return {
    async take(key) {
      const refused = await refusalOf(limiter.consume(key));
      if (refused === null) return { kind: 'ok' };
      metrics.limited.inc({ limit: name });
      return { kind: 'limited', retryAfterMs: refused.msBeforeNext };
    },
    async reset(key) {
      await limiter.delete(key);
    },
  };
}

/** The library throws its answer when the budget is spent; here it is a value. Anything else it throws is a fault. */
async function refusalOf(consumed: Promise<unknown>): Promise<RateLimiterRes | null> {
  try {
    await consumed;
    return null;
  } catch (error) {
    if (error instanceof RateLimiterRes) return error;
    throw error;
  }
}

function tooMany(metrics: Metrics, limit: string, msBeforeNext: number): RequestError {
  metrics.limited.inc({ limit });
  return new RequestError('TOO_MANY_REQUESTS', 'Too many requests; try again later.', { retryAfterMs: Math.max(1, Math.ceil(msBeforeNext)) });
}
