import { migrateDatabase } from '../migrate/migrate-database.ts';
import { startTemporaryPostgres } from './test-server.ts';

/** A server of its own for tests that take the database away. */
export interface TestPostgres {
  /** Migrated. Stays the same through stops and kills. */
  readonly url: string;
  /** Shuts the server down; it stays down until `start`. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Kills the server as a crash would. It is back, recovered, after some hundred milliseconds. */
  kill9(): Promise<void>;
  /** Ends the server and removes its data. */
  close(): Promise<void>;
}

/** Durable by default, so that what was acknowledged must be there after a kill. */
export async function startTestPostgres(options: { readonly durable?: boolean } = {}): Promise<TestPostgres> {
  const embedded = await startTemporaryPostgres(options.durable ?? true);
  await migrateDatabase({ url: embedded.url });
  return {
    url: embedded.url,
    stop: () => embedded.pause(),
    start: () => embedded.resume(),
    kill9: () => embedded.kill9(),
    close: () => embedded.stop(),
  };
}
