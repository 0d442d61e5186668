import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '@modula/db';
import type { AdminPorts } from '../admin/ports.ts';
import { EnvError, readEnv, type Env } from '../env.ts';
import { openServiceDatabase } from '../open-database.ts';
import { systemClock } from '../platform/clock.ts';
import { createLog } from '../platform/logger.ts';
import { createNotifier } from '../platform/nudges/notifier.ts';
import { encodeNudges, NUDGE_CHANNEL } from '../platform/nudges/nudge-message.ts';
import { systemRandomness } from '../platform/randomness.ts';
import { UsageError } from './run-command.ts';

/** What a command works with: the service's own database, running or not. */
export interface CommandContext {
  readonly db: Database;
  readonly ports: AdminPorts;
  readonly env: Env;
}

/** A command is no node: nobody takes its nudges for their own. */
const NO_NODE = '';
const CONNECTIONS = 4;

/**
 * Opens the database of DATABASE_URL, or else the embedded one of DATA_DIR (joining a service that runs on it), brings the
 * schema up to date, runs the command, sends its nudges and lets go of everything.
 */
export async function withCommandContext<T>(work: (context: CommandContext) => Promise<T>): Promise<T> {
  const log = createLog({ level: 'warn', nodeId: 'command', destination: { write: (line) => void process.stderr.write(line) } });
  const env = { ...commandEnv(), writeConnections: CONNECTIONS, readConnections: CONNECTIONS };
  const database = await openServiceDatabase(env, { log, monotonicMs: () => systemClock.monotonicMs() });
  const { db } = database;
  try {
    const notifier = createNotifier({
      send: async (moved) => {
        for (const message of encodeNudges(NO_NODE, moved)) await db.notify(NUDGE_CHANNEL, message);
      },
      rest: () => Promise.resolve(),
      failed: (error) => log.warn({ err: error }, 'the nudge was not sent; devices find the change when they poll'),
    });
    const randomness = systemRandomness(() => systemClock.nowMs());
    const result = await work({
      db,
      env,
      ports: {
        now: () => systemClock.nowIso(),
        randomUuid: () => randomness.uuid(),
        randomBytes: (length) => randomness.bytes(length),
        random: () => randomness.fraction(),
        // A command has nothing else to keep it alive while it waits, so this timer must.
        sleep: (delayMs) => delay(delayMs),
        nudges: { moved: (tenantId, branchId, head) => notifier.add({ tenantId, branchId, head }) },
      },
    });
    await notifier.flushed();
    return result;
  } finally {
    await database.close();
  }
}

function commandEnv(): Env {
  try {
    return readEnv();
  } catch (error) {
    throw error instanceof EnvError ? new UsageError(error.message) : error;
  }
}
