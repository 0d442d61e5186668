const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;
// Year 1 to 9999: what Postgres reads and what stays four digits in every zone.
const EARLIEST_MS = -62_135_596_800_000;
const LATEST_MS = 253_402_300_799_999;

/** An ISO-8601 instant as UTC with milliseconds, or null. A clock may be years off (O5), but it must be a clock. */
export function parseInstant(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > 40 || !iso.test(value)) return null;
  const atMs = Date.parse(value);
  return atMs >= EARLIEST_MS && atMs <= LATEST_MS ? new Date(atMs).toISOString() : null;
}
