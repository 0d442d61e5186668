import { composeService } from './compose-service.ts';
import { EnvError, readEnv, type Env } from './env.ts';
import { openServiceDatabase } from './open-database.ts';
import { systemClock } from './platform/clock.ts';
import { createLog, type Log } from './platform/logger.ts';
import { systemRandomness } from './platform/randomness.ts';

const EXIT_CONFIGURATION = 2;
/** The contract gives a drain 10 s (section 6). */
const EXIT_WITHIN_MS = 9_500;
/** npm passes a signal on that the whole process group got already: what comes again so soon is the same one. */
const SAME_SIGNAL_MS = 1_500;

const nodeId = systemRandomness(() => systemClock.nowMs()).shortId();
const env = settings();
const log = createLog({ level: env.logLevel, nodeId });

try {
  await run(env, log);
} catch (error) {
  log.fatal({ err: error }, 'the service could not start');
  process.stderr.write(`Modula Sync could not start: ${error instanceof Error ? error.message : String(error)}\n`);
  exitAfterFlush(1);
}

async function run(settingsInForce: Env, serviceLog: Log): Promise<void> {
  const database = await openServiceDatabase(settingsInForce, { log: serviceLog, monotonicMs: () => systemClock.monotonicMs() });
  const service = await composeService({ env: settingsInForce, db: database.db, log: serviceLog, nodeId });
  process.stdout.write(`Modula Sync is listening on ${service.url}\n`);
  stopOnSignal(async () => {
    await service.stop();
    await database.close();
  });
}

/** The first signal drains, a later one ends the process at once. */
function stopOnSignal(stop: () => Promise<void>): void {
  let stoppingSinceMs: number | null = null;
  const onSignal = (): void => {
    const nowMs = systemClock.monotonicMs();
    if (stoppingSinceMs !== null) {
      if (nowMs - stoppingSinceMs > SAME_SIGNAL_MS) process.exit(1);
      return;
    }
    stoppingSinceMs = nowMs;
    const deadline = setTimeout(() => exitAfterFlush(0), EXIT_WITHIN_MS);
    stop().then(
      () => {
        clearTimeout(deadline);
        exitAfterFlush(0);
      },
      (error: unknown) => {
        log.error({ err: error }, 'the service did not stop cleanly');
        exitAfterFlush(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

function exitAfterFlush(code: number): void {
  log.flush(() => process.exit(code));
}

function settings(): Env {
  try {
    return readEnv();
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return process.exit(EXIT_CONFIGURATION);
  }
}
