/** Runs calls one after the other. A call that comes while another runs gets a run of its own afterwards. */
export function oneAtATime<Result>(work: (signal?: AbortSignal) => Promise<Result>): (signal?: AbortSignal) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (signal) => {
    const run = last.then(() => work(signal));
    // A failed run must not fail those that wait behind it; its own caller hears of it.
    last = run.catch(() => undefined);
    return run;
  };
}
