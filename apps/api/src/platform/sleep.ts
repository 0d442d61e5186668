/** Waits. Ends early when the signal fires. Does not keep the process alive. */
export function sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, delayMs);
    timer.unref();
    if (signal?.aborted === true) end();
    else signal?.addEventListener('abort', end);
  });
}
