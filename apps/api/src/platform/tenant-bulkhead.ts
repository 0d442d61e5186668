import type { Database } from '@modula/db';
import type { Clock } from './clock.ts';
import type { Metrics } from './metrics.ts';

/**
 * A database on which no tenant can hold more than `maxPerTenant` connections of a pool: a tenant whose transactions
 * hang waits behind itself, not in front of the others (design decision 20). Waiting is first come, first served.
 */
export function withTenantBulkhead(db: Database, options: BulkheadOptions): Database {
  const write = turnstile('write', options);
  const read = turnstile('read', options);
  return {
    ...db,
    transaction: (tenantId, work, settings) => write(tenantId, () => db.transaction(tenantId, work, settings)),
    read: (tenantId, work) => read(tenantId, () => db.read(tenantId, work)),
  };
}

export interface BulkheadOptions {
  readonly maxPerTenant: { readonly write: number; readonly read: number };
  readonly metrics: Metrics;
  readonly clock: Clock;
}

interface Queue {
  running: number;
  readonly waiting: (() => void)[];
}

type Turnstile = <T>(tenantId: string, work: () => Promise<T>) => Promise<T>;

function turnstile(pool: 'write' | 'read', options: BulkheadOptions): Turnstile {
  const { metrics } = options;
  const maxPerTenant = options.maxPerTenant[pool];
  const queues = new Map<string, Queue>();

  async function enter(tenantId: string): Promise<Queue> {
    const queue = queues.get(tenantId) ?? { running: 0, waiting: [] };
    queues.set(tenantId, queue);
    if (queue.running < maxPerTenant) {
      queue.running += 1;
      return queue;
    }
    const since = options.clock.monotonicMs();
    // Who leaves hands its place over, so `running` does not move.
    await new Promise<void>((resolve) => {
      queue.waiting.push(resolve);
    });
    metrics.tenantWaitSeconds.observe((options.clock.monotonicMs() - since) / 1_000);
    return queue;
  }

  function leave(tenantId: string, queue: Queue): void {
    const next = queue.waiting.shift();
    if (next !== undefined) return next();
    queue.running -= 1;
    if (queue.running === 0) queues.delete(tenantId);
  }

  return async (tenantId, work) => {
    const queue = await enter(tenantId);
    metrics.transactionsRunning.inc({ pool });
    try {
      return await work();
    } finally {
      metrics.transactionsRunning.dec({ pool });
      leave(tenantId, queue);
    }
  };
}
