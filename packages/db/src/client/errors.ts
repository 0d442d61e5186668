/** COMMIT was answered with the tag ROLLBACK: the transaction had failed earlier and nothing was written. */
export class TransactionRolledBackError extends Error {
  override readonly name = 'TransactionRolledBackError';
  constructor(tag: string) {
    super(`COMMIT was answered with ${tag}: nothing was written`);
  }
}

/** No connection of the pool became free in time. Transient: the pool is busy, not broken. */
export class PoolTimeoutError extends Error {
  override readonly name = 'PoolTimeoutError';
  readonly code = 'POOL_TIMEOUT';
  constructor(pool: string, waitMs: number) {
    super(`No connection of the ${pool} pool became free within ${waitMs} ms`);
  }
}

/** The connection is gone. Whether a COMMIT under way took effect is unknown; a repeat under the same clientOpId finds out. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';
  readonly code = 'CONNECTION_CLOSED';
}

/** The database role in force would bypass tenant isolation, so the service must not start (A4). */
export class UnsafeRoleError extends Error {
  override readonly name = 'UnsafeRoleError';
}

/** The SQLSTATE of a database error, or the driver's or the system's code, or null. Never look at a message. */
export function sqlState(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

const TRANSIENT_CODES: ReadonlySet<string> = new Set([
  '40001', // serialization failure
  '40P01', // deadlock
  '55P03', // lock timeout
  '57014', // statement timeout
  '57P01', // the server is shutting down
  '57P02', // the server crashed
  '57P03', // the server is starting
  '25P03', // idle in transaction for too long
  'POOL_TIMEOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
]);

/** Connection exceptions and insufficient resources, whatever their last three digits. */
const TRANSIENT_CLASSES: ReadonlySet<string> = new Set(['08', '53']);

/**
 * Whether the same work may succeed when tried again (G7). The outcome of a COMMIT that failed with a transient error may be
 * unknown; repeat only what is idempotent.
 */
export function isTransient(error: unknown): boolean {
  const code = sqlState(error);
  if (code === null) return false;
  if (TRANSIENT_CODES.has(code) || (code.length === 5 && TRANSIENT_CLASSES.has(code.slice(0, 2)))) return true;
  return isStalePlan(error, code);
}

/** A migration changed a table under a prepared statement. The driver has dropped the statement; the next try prepares it anew. */
function isStalePlan(error: unknown, code: string): boolean {
  return (
    code === '0A000' &&
    typeof error === 'object' &&
    error !== null &&
    'routine' in error &&
    error.routine === 'RevalidateCachedQuery'
  );
}
