/** What a background job needs of the world, beside its own ports. */
export interface LoopPorts {
  /** Uniform in [0, 1): jitter. */
  random(): number;
  /** Ends early when the signal fires. */
  sleep(delayMs: number, signal: AbortSignal): Promise<void>;
  /** A round failed; the next one comes all the same. */
  failed(error: unknown): void;
}

export interface RunningJob {
  /** No new round; resolves when the one under way has ended. */
  stop(): Promise<void>;
}

/**
 * Runs rounds of a job until it is stopped. The rest between two rounds is drawn from half to one and a half times
 * `everyMs`, so that nodes that started together don't work together. A round that answers `again` is followed at once.
 */
export function startLoop(
  job: { readonly everyMs: number; round(signal: AbortSignal): Promise<'rest' | 'again'> },
  ports: LoopPorts,
): RunningJob {
  const stopping = new AbortController();
  const { signal } = stopping;
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      let next: 'rest' | 'again' = 'rest';
      try {
        next = await job.round(signal);
      } catch (error) {
        if (!signal.aborted) ports.failed(error);
      }
      if (next === 'rest') await ports.sleep(job.everyMs * (0.5 + ports.random()), signal);
    }
  };
  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
