import { Presets, SingleBar } from 'cli-progress';

/** The progress of a long run on stderr; one line every few seconds where stderr is no terminal. */
export function startProgress(totalReceipts: number) {
  const bar = new SingleBar(
    {
      format: '{bar} {percentage}% | {value}/{total} receipts | {date} | {duration_formatted}',
      stream: process.stderr,
      noTTYOutput: true,
      notTTYSchedule: 5_000,
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  bar.start(totalReceipts, 0, { date: '' });
  return {
    add: (receipts: number) => bar.increment(receipts),
    onDay: (date: string) => bar.update({ date }),
    stop: () => bar.stop(),
  };
}
