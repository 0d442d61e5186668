import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Everything the service counts. No label is a tenant, a device or an id: those have no bound. */
export type Metrics = ReturnType<typeof createMetrics>;

/** A registry per node: two nodes in one process (tests) don't mix. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    operations: new Counter({
      registers,
      name: 'modula_operations_total',
      help: 'Operations decided, by lane, status, failure code and whether the outcome was a stored one',
      labelNames: ['lane', 'status', 'code', 'duplicate'],
    }),
    retries: new Counter({ registers, name: 'modula_transaction_retries_total', help: 'Transactions tried again', labelNames: ['reason'] }),
    surprises: new Counter({ registers, name: 'modula_surprises_total', help: 'Faults that left an operation undecided' }),
    requests: new Histogram({
      registers,
      name: 'modula_request_seconds',
      help: 'Duration of procedure calls, by procedure and answer code',
      labelNames: ['procedure', 'code'],
      buckets: REQUEST_SECONDS,
    }),
    pushSize: new Histogram({
      registers,
      name: 'modula_push_operations',
      help: 'Operations per push',
      buckets: [1, 2, 5, 10, 25, 50, 100, 200],
    }),
    pulledBytes: new Counter({ registers, name: 'modula_pulled_bytes_total', help: 'Characters of change payloads served by pull' }),
    resets: new Counter({ registers, name: 'modula_pull_resets_total', help: 'Pulls answered with a reset', labelNames: ['reason'] }),
    limited: new Counter({ registers, name: 'modula_rate_limited_total', help: 'Requests refused by a limit', labelNames: ['limit'] }),
    subscribers: new Gauge({ registers, name: 'modula_nudge_subscribers', help: 'Open nudge subscriptions' }),
    nudgesSent: new Counter({ registers, name: 'modula_nudges_notified_total', help: 'Stream heads sent to other nodes' }),
    nudgesReceived: new Counter({ registers, name: 'modula_nudges_received_total', help: 'Stream heads heard from other nodes' }),
    tenantWaitSeconds: new Histogram({
      registers,
      name: 'modula_tenant_wait_seconds',
      help: 'Wait for a tenant’s turn on the database (bulkhead)',
      buckets: REQUEST_SECONDS,
    }),
    transactionsRunning: new Gauge({ registers, name: 'modula_transactions_running', help: 'Transactions under way', labelNames: ['pool'] }),
    webhookDeliveries: new Counter({
      registers,
      name: 'modula_webhook_deliveries_total',
      help: 'Tries to deliver a webhook event',
      labelNames: ['outcome'],
    }),
    jobRuns: new Counter({ registers, name: 'modula_job_runs_total', help: 'Runs of background jobs', labelNames: ['job', 'outcome'] }),
    retentionLastRun: new Gauge({
      registers,
      name: 'modula_retention_last_run_seconds',
      help: 'Unix time at which this node last looked after a tenant’s horizons',
    }),
  };
}
