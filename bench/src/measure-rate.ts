export interface Window {
  /** Things done per second. */
  readonly perSecond: number;
  readonly done: number;
  readonly elapsedMs: number;
}

/**
 * Runs `workers` loops side by side until the time is up or a worker has nothing left. `step` does one unit of work
 * and says how many things it did; 0 ends its worker.
 */
export async function measureRate(durationMs: number, options: { workers: number; step: (worker: number) => Promise<number> }): Promise<Window> {
  const started = performance.now();
  const deadline = started + durationMs;
  let done = 0;
  const loop = async (worker: number): Promise<void> => {
    while (performance.now() < deadline) {
      const count = await options.step(worker);
      if (count === 0) return;
      done += count;
    }
  };
  await Promise.all(Array.from({ length: options.workers }, (_, worker) => loop(worker)));
  const elapsedMs = performance.now() - started;
  return { perSecond: (done * 1000) / elapsedMs, done, elapsedMs };
}
