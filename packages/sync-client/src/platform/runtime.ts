/** Time and chance. Nothing else in this package reads a clock or rolls a die. */
export interface ClientRuntime {
  nowMs(): number;
  /** Uniform in [0, 1). */
  random(): number;
  randomBytes(length: number): Uint8Array;
  /** Resolves after the delay, or at once when `signal` aborts. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

export const systemRuntime: ClientRuntime = {
  nowMs: () => Date.now(),
  random: () => Math.random(),
  randomBytes: (length) => globalThis.crypto.getRandomValues(new Uint8Array(length)),
  sleep: (delayMs, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const wake = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, delayMs);
      signal?.addEventListener('abort', wake);
    }),
};
