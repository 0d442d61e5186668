/** Wrong use: what is on stderr says what to do. Nothing was changed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const EXIT_USAGE = 2;
const EXIT_FAULT = 1;

/**
 * Runs a command. Its answer goes to stdout as JSON, and nothing else does; all words go to stderr. Exit 0: done,
 * 2: the input is wrong, 1: something broke.
 */
export async function runCommand(work: (args: readonly string[]) => Promise<unknown>): Promise<void> {
  try {
    const answer = await work(process.argv.slice(2));
    if (answer !== undefined) process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
  } catch (error) {
    const isUsage = error instanceof UsageError;
    process.stderr.write(`${isUsage ? error.message : describe(error)}\n`);
    process.exitCode = isUsage ? EXIT_USAGE : EXIT_FAULT;
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
