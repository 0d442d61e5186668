import { setTimeout as delay } from 'node:timers/promises';
import { assertRuntimeRole, isTransient, migrateDatabase, openDatabase, type Database } from '@modula/db';
import { startEmbedded } from '@modula/db/embedded';
import type { Env } from './env.ts';
import type { Log } from './platform/logger.ts';

/** The service's database: migrated, and opened under a role that tenant isolation binds. */
export interface ServiceDatabase {
  readonly db: Database;
  /** Closes the pools and lets go of the embedded server. */
  close(): Promise<void>;
}

const START_PATIENCE_MS = 30_000;
const RETRY_EVERY_MS = 500;

/** Waits up to 30 s for a database that is still starting. Throws what is wrong then, or at once when waiting cannot help. */
export async function openServiceDatabase(
  env: Pick<Env, 'databaseUrl' | 'dataDir' | 'writeConnections' | 'readConnections'>,
  { log, monotonicMs }: { readonly log: Log; readonly monotonicMs: () => number },
): Promise<ServiceDatabase> {
  const embedded = env.databaseUrl === null ? await startEmbedded({ dataDir: env.dataDir, log: (message) => log.warn(message) }) : null;
  const url = env.databaseUrl ?? embedded?.url ?? '';
  try {
    await patiently(() => migrateDatabase({ url }), { log, monotonicMs });
    const db = await openDatabase({ url, maxConnections: env.writeConnections, readConnections: env.readConnections });
    await patiently(() => assertRuntimeRole(db), { log, monotonicMs });
    return {
      db,
      async close() {
        await db.close();
        await embedded?.stop();
      },
    };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

async function patiently(
  work: () => Promise<unknown>,
  { log, monotonicMs }: { readonly log: Log; readonly monotonicMs: () => number },
): Promise<void> {
  const giveUpAtMs = monotonicMs() + START_PATIENCE_MS;
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (!isTransient(error) || monotonicMs() > giveUpAtMs) throw error;
      log.warn({ err: error }, 'the database does not answer yet');
      await delay(RETRY_EVERY_MS);
    }
  }
}
