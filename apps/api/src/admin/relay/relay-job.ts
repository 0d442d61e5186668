import type { Database } from '@modula/db';
import type { TenantId } from '@modula/sync-core';
import { startLoop, type LoopPorts, type RunningJob } from '../job-loop.ts';
import { announceFailures } from './announce-failures.ts';
import { deliver } from './deliver.ts';
import { claimEvents, settleEvents, tenantsWithWork, type ClaimedEvent, type Tried } from './outbox.ts';

export interface RelayPorts extends LoopPorts {
  /** Server clock, ISO-8601 UTC. */
  now(): string;
  randomUuid(): string;
  /** For metrics. */
  tried(outcome: 'delivered' | 'failed'): void;
}

const ROUND_EVERY_MS = 1_000;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 3_600_000;
const TENANTS_AT_ONCE = 4;

/** Delivers outbox events to webhooks, at least once and in no promised order. Any number of nodes may do so. */
export function startRelay(db: Database, ports: RelayPorts): RunningJob {
  const round = async (signal: AbortSignal): Promise<'rest' | 'again'> => ((await relayRound(db, ports, signal)) > 0 ? 'again' : 'rest');
  return startLoop({ everyMs: ROUND_EVERY_MS, round }, ports);
}

/**
 * One round over every tenant with something to do, so that none waits for a busier one; answers how many events were tried.
 * One tenant's dead receiver costs the others nothing but a place.
 */
export async function relayRound(db: Database, ports: RelayPorts, signal?: AbortSignal): Promise<number> {
  let tried = 0;
  let after: TenantId | null = null;
  do {
    const page = await tenantsWithWork(db, { now: ports.now(), after });
    tried += await relayTenants(db, page.tenantIds, { ports, signal });
    after = signal?.aborted === true ? null : page.next;
  } while (after !== null);
  return tried;
}

async function relayTenants(
  db: Database,
  tenantIds: readonly TenantId[],
  { ports, signal }: { readonly ports: RelayPorts; readonly signal: AbortSignal | undefined },
): Promise<number> {
  const tenants = tenantIds.values();
  let tried = 0;
  const worker = async (): Promise<void> => {
    for (const tenantId of tenants) {
      if (signal?.aborted === true) return;
      tried += await relayTenant(db, tenantId, ports);
    }
  };
  await Promise.all(Array.from({ length: TENANTS_AT_ONCE }, worker));
  return tried;
}

async function relayTenant(db: Database, tenantId: TenantId, ports: RelayPorts): Promise<number> {
  await announceFailures(db, tenantId, { now: ports.now(), randomUuid: () => ports.randomUuid() });
  const events = await claimEvents(db, tenantId, ports.now());
  if (events.length === 0) return 0;
  // No transaction is open while receivers take their time.
  const tried = await Promise.all(events.map((event) => tryEvent(event, ports)));
  await settleEvents(db, tenantId, { now: ports.now(), tried });
  return events.length;
}

async function tryEvent(event: ClaimedEvent, ports: RelayPorts): Promise<Tried> {
  const error = await deliver(event, Date.parse(ports.now()));
  ports.tried(error === null ? 'delivered' : 'failed');
  if (error === null) return { kind: 'delivered', event };
  return { kind: 'failed', event, error, retryDelayMs: deliveryRetryDelayMs(event.attempt, ports.random()) };
}

/** Exponential backoff with full jitter: up to 1 s after the first failure, up to an hour in the end. `chance` is in [0, 1). */
export function deliveryRetryDelayMs(attempt: number, chance: number): number {
  return Math.floor(chance * Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempt - 1, 30)));
}
