/** What the run is for: a line on stdout. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What a person should know besides: a line on stderr. */
export function complain(what: unknown): void {
  const text = what instanceof Error ? (what.stack ?? what.message) : String(what);
  const cause = what instanceof Error && what.cause instanceof Error ? `\n  because: ${what.cause.message}` : '';
  process.stderr.write(`${text}${cause}\n`);
}
