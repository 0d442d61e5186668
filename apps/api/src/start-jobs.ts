import type { Database } from '@modula/db';
import type { AdminPorts } from './admin/ports.ts';
import { startRelay } from './admin/relay/relay-job.ts';
import { startRetention } from './admin/retention/retention-job.ts';
import type { LoopPorts } from './admin/job-loop.ts';
import type { Clock } from './platform/clock.ts';
import type { Log } from './platform/logger.ts';
import type { Metrics } from './platform/metrics.ts';
import { sleep } from './platform/sleep.ts';

export interface JobParts {
  readonly db: Database;
  readonly ports: Pick<AdminPorts, 'now' | 'random' | 'randomUuid'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Starts the background jobs of a node: webhook delivery and retention. Every node runs them; they share the work by themselves. */
export function startJobs({ db, ports, clock, log, metrics }: JobParts): { stop(): Promise<void> } {
  const loopPorts = (job: string): LoopPorts => ({
    random: () => ports.random(),
    sleep,
    failed: (error) => {
      metrics.jobRuns.inc({ job, outcome: 'failed' });
      log.error({ err: error, job }, 'job failed');
    },
  });
  const jobs = [
    startRelay(db, {
      ...loopPorts('relay'),
      now: () => ports.now(),
      randomUuid: () => ports.randomUuid(),
      tried: (outcome) => metrics.webhookDeliveries.inc({ outcome }),
    }),
    startRetention(db, {
      ...loopPorts('retention'),
      now: () => ports.now(),
      retained: (tenantId, retained) => {
        metrics.jobRuns.inc({ job: 'retention', outcome: 'ok' });
        metrics.retentionLastRun.set(clock.nowMs() / 1_000);
        log.info({ tenantId, retained }, 'retention done');
      },
    }),
  ];
  return {
    async stop() {
      await Promise.all(jobs.map((job) => job.stop()));
    },
  };
}
