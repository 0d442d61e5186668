export { createTestDatabase, type TestDatabase, type TestDatabaseOptions } from './create-test-database.ts';
export { startTestPostgres, type TestPostgres } from './start-test-postgres.ts';
