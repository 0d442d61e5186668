// The tables as drizzle sees them, for typed queries outside the hot path. The migrations are the truth: indexes, checks, foreign keys and
// policies are only there, and a test compares columns and keys with a migrated database.
export * from './tenant.ts';
export * from './branch.ts';
export * from './feed.ts';
export * from './proof.ts';
export * from './device.ts';
export * from './device-checkpoint.ts';
export * from './actor.ts';
export * from './operation.ts';
export * from './audit-entry.ts';
export * from './webhook.ts';
export * from './support.ts';
export * from './service-secret.ts';
export * from './modules/sale.ts';
export * from './modules/cash-session.ts';
export * from './modules/attendance.ts';
export * from './modules/inventory.ts';
export * from './modules/menu.ts';
export * from './modules/policy.ts';
export * from './modules/discount.ts';
