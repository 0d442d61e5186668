export { drizzleOver } from './drizzle-over.ts';
export * from './tables.ts';
