import { schemaIsCurrent, type Database } from '@modula/db';
import { findSupportSession } from './admin/console/support-sessions.ts';
import { enroll } from './admin/enrolment/enroll.ts';
import { signIn, signOut } from './admin/enrolment/sign-in.ts';
import type { AdminPorts } from './admin/ports.ts';
import { createEngine } from './engine/create-engine.ts';
import type { Env } from './env.ts';
import { createHttpServer } from './http/server.ts';
import { createModules } from './modules/index.ts';
import { createAuthenticate } from './platform/auth/authenticate.ts';
import { systemClock } from './platform/clock.ts';
import { createEngineLog } from './platform/engine-log.ts';
import type { Log } from './platform/logger.ts';
import { createMetrics } from './platform/metrics.ts';
import { createNudgeHub } from './platform/nudges/nudge-hub.ts';
import { measurePools } from './platform/pool-metrics.ts';
import { systemRandomness } from './platform/randomness.ts';
import { createRateLimits, noRateLimits, type RateLimits } from './platform/rate-limits.ts';
import { cursorKeysOf, loadCursorKeys } from './platform/secrets/service-secrets.ts';
import { sleep } from './platform/sleep.ts';
import { withTenantBulkhead } from './platform/tenant-bulkhead.ts';
import { createRouter } from './routers/index.ts';
import { composeConsole } from './compose-console.ts';
import { startJobs } from './start-jobs.ts';
import type { DeviceServices } from './routers/services.ts';

/** One node of the service, listening. */
export interface RunningService {
  readonly url: string;
  /** Drains: takes no new requests, finishes running ones, ends subscriptions and jobs. Leaves the database open. */
  stop(): Promise<void>;
}

export interface ServiceParts {
  readonly env: Env;
  readonly db: Database;
  readonly log: Log;
  readonly nodeId: string;
}

const DRAIN_GRACE_MS = 7_000;

/** The share of a pool that one tenant can hold. */
const TENANT_SHARE = 0.75;

/** Puts a node together. Here, and nowhere else, the parts meet. */
export async function composeService({ env, db: pools, log, nodeId }: ServiceParts): Promise<RunningService> {
  const clock = systemClock;
  const randomness = systemRandomness(() => clock.nowMs());
  const metrics = createMetrics();
  measurePools(pools, metrics.registry);
  const maxPerTenant = { write: shareOf(env.writeConnections), read: shareOf(env.readConnections) };
  const db = withTenantBulkhead(pools, { maxPerTenant, metrics, clock });
  const limits = env.rateLimits === 'off' ? noRateLimits : createRateLimits(metrics);
  const hub = createNudgeHub({ db, nodeId, log, metrics, pollEveryMs: env.nudgePollMs });
  const ports = {
    now: () => clock.nowIso(),
    randomUuid: () => randomness.uuid(),
    randomBytes: (length: number) => randomness.bytes(length),
    random: () => randomness.fraction(),
    sleep: (delayMs: number) => sleep(delayMs),
    nudges: hub,
  };
  const modules = createModules();
  const cursorKeys =
    env.cursorKeys === null ? await loadCursorKeys(db, (length) => randomness.bytes(length)) : cursorKeysOf(env.cursorKeys);
  const engine = createEngine({ db, modules, cursorKeys, ports: { ...ports, log: createEngineLog(log, metrics) } });
  const authenticate = createAuthenticate({ db, limits, findSupportSession: (tokenHash) => findSupportSession(db, tokenHash, ports) });
  const { router, fast } = createRouter({
    engine,
    modules,
    hub,
    authenticate,
    limits,
    metrics,
    console: composeConsole({ db, engine, ports, passwords: limits.passwords, allowLoopbackWebhooks: env.webhookAllowLoopback === 'on' }),
    devices: deviceServices(db, { ports, limits }),
    now: () => ports.now(),
    monotonicMs: () => clock.monotonicMs(),
  });

  let isDraining = false;
  const server = createHttpServer({
    router,
    fast,
    registry: metrics.registry,
    metricsToken: env.metricsToken,
    ready: async () => !isDraining && (await isReady(db, log)),
    newRequestId: () => randomness.shortId(),
    logSurprise: (error, about) => log.error({ err: error, ...about }, 'request failed'),
  });
  await hub.start();
  const jobs = startJobs({ db: pools, ports, clock, log, metrics });
  const { url } = await server.listen(env.host, env.port);

  return {
    url,
    async stop() {
      isDraining = true;
      const drained = server.drain(DRAIN_GRACE_MS);
      // Ends the subscriptions: they would hold the server open.
      await Promise.all([hub.close(), jobs.stop()]);
      await drained;
    },
  };
}

function deviceServices(db: Database, { ports, limits }: { readonly ports: AdminPorts; readonly limits: RateLimits }): DeviceServices {
  return {
    enroll: (code) => enroll(db, { code }, ports),
    signIn: (session, input) => signIn(db, session, input, { now: () => ports.now(), pins: limits.pins }),
    signOut: async (session, input) => {
      await signOut(db, session, input, ports);
      return { actorId: input.actorId };
    },
  };
}

function shareOf(connections: number): number {
  return Math.max(1, Math.floor(connections * TENANT_SHARE));
}

async function isReady(db: Database, log: Log): Promise<boolean> {
  try {
    return await schemaIsCurrent(db);
  } catch (error) {
    log.warn({ err: error }, 'not ready');
    return false;
  }
}
