import type { Database } from '@modula/db';
import { Gauge, type Registry } from 'prom-client';

const POOLS = ['write', 'read', 'support'] as const;

/** Connections in use and transactions waiting for one, read when somebody scrapes. */
export function measurePools(db: Database, registry: Registry): void {
  const busy = new Gauge({
    registers: [],
    name: 'modula_pool_busy',
    help: 'Connections in use',
    labelNames: ['pool'],
    collect() {
      for (const pool of POOLS) this.set({ pool }, db.load()[pool].busy);
    },
  });
  const waiting = new Gauge({
    registers: [],
    name: 'modula_pool_waiting',
    help: 'Transactions waiting for a connection',
    labelNames: ['pool'],
    collect() {
      for (const pool of POOLS) this.set({ pool }, db.load()[pool].waiting);
    },
  });
  registry.registerMetric(busy);
  registry.registerMetric(waiting);
}
