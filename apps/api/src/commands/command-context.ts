import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { migrateDatabase, openDatabase, type Database } from '@modula/db';
import { startEmbedded } from '@modula/db/embedded';
import type { AdminPorts } from '../admin/ports.ts';
import { systemClock } from '../platform/clock.ts';
import { createNotifier } from '../platform/nudges/notifier.ts';
import { encodeNudges, NUDGE_CHANNEL } from '../platform/nudges/nudge-message.ts';
import { systemRandomness } from '../platform/randomness.ts';

/** What a command works with: the service's own database, running or not. */
export interface CommandContext {
  readonly db: Database;
  readonly ports: AdminPorts;
}

const DEFAULT_DATA_DIR = fileURLToPath(new URL('../../../../.data', import.meta.url));

/** A command is no node: nobody takes its nudges for their own. */
const NO_NODE = '';

/**
 * Opens the database of DATABASE_URL, or else the embedded one of DATA_DIR (joining a service that runs on it), brings the
 * schema up to date, runs the command, sends its nudges and lets go of everything.
 */
export async function withCommandContext<T>(work: (context: CommandContext) => Promise<T>): Promise<T> {
  const given = process.env['DATABASE_URL'] ?? '';
  const embedded = given === '' ? await startEmbedded({ dataDir: path.resolve(process.env['DATA_DIR'] || DEFAULT_DATA_DIR) }) : null;
  try {
    const url = embedded?.url ?? given;
    await migrateDatabase({ url });
    const db = await openDatabase({ url, applicationName: 'modula-sync command', maxConnections: 4, readConnections: 4 });
    try {
      return await runWith(db, work);
    } finally {
      await db.close();
    }
  } finally {
    await embedded?.stop();
  }
}

async function runWith<T>(db: Database, work: (context: CommandContext) => Promise<T>): Promise<T> {
  const notifier = createNotifier({
    send: async (moved) => {
      for (const message of encodeNudges(NO_NODE, moved)) await db.notify(NUDGE_CHANNEL, message);
    },
    rest: () => Promise.resolve(),
    failed: (error) => process.stderr.write(`The nudge was not sent (${String(error)}); devices find the change when they poll.\n`),
  });
  const randomness = systemRandomness(() => systemClock.nowMs());
  const ports: AdminPorts = {
    now: () => systemClock.nowIso(),
    randomUuid: () => randomness.uuid(),
    randomBytes: (length) => randomness.bytes(length),
    random: () => randomness.fraction(),
    // A command has nothing else to keep it alive while it waits, so this timer must.
    sleep: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
    nudges: { moved: (tenantId, branchId, head) => notifier.add({ tenantId, branchId, head }) },
  };
  const result = await work({ db, ports });
  await notifier.flushed();
  return result;
}
