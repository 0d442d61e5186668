export { type Database, type DatabaseOptions, openDatabase, RUNTIME_ROLE, SUPPORT_ROLE } from './client/database.ts';
export {
  ConnectionLostError,
  isTransient,
  PoolTimeoutError,
  sqlState,
  TransactionRolledBackError,
  UnsafeRoleError,
} from './client/errors.ts';
export type { Unlisten } from './client/hints.ts';
export { type RetryPorts, retryDelayMs, withRetry } from './client/retry.ts';
export { assertRuntimeRole } from './client/runtime-role.ts';
export type { Isolation, TransactionOptions, Tx } from './client/tx.ts';
export { migrateDatabase } from './migrate/migrate-database.ts';
export { MissingRoleError } from './migrate/roles.ts';
export { expectedSchemaVersion, schemaIsCurrent } from './migrate/schema-version.ts';
