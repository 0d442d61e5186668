import type { Clock } from './clock.ts';
import type { Log } from './logger.ts';
import type { Metrics } from './metrics.ts';
import { sleep } from './sleep.ts';

/** Work that is due again and again. A run that fails is logged and tried at the next turn. */
export interface Job {
  readonly name: string;
  readonly everyMs: number;
  run(signal: AbortSignal): Promise<void>;
}

export interface RunningJobs {
  /** Resolves when the runs under way have ended. */
  stop(): Promise<void>;
}

export interface JobPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Uniform in [0, 1): nodes must not all run a job at the same moment. */
  random(): number;
}

/** Runs each job on its own, one run at a time. Every node runs them: a job must bear that. */
export function startJobs(jobs: readonly Job[], ports: JobPorts): RunningJobs {
  const stopping = new AbortController();
  const loops = jobs.map((job) => loop(job, { signal: stopping.signal, ports }));
  return {
    async stop() {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}

async function loop(job: Job, { signal, ports }: { readonly signal: AbortSignal; readonly ports: JobPorts }): Promise<void> {
  const { clock, log, metrics } = ports;
  while (!signal.aborted) {
    await sleep(job.everyMs * (0.75 + 0.5 * ports.random()), signal);
    if (signal.aborted) return;
    try {
      await job.run(signal);
      metrics.jobRuns.inc({ job: job.name, outcome: 'ok' });
      metrics.jobLastSuccess.set({ job: job.name }, clock.nowMs() / 1_000);
    } catch (error) {
      metrics.jobRuns.inc({ job: job.name, outcome: 'failed' });
      log.error({ err: error, job: job.name }, 'job failed');
    }
  }
}
