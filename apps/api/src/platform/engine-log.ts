import type { EngineLog } from '../engine/engine.ts';
import type { Log } from './logger.ts';
import type { Metrics } from './metrics.ts';

/** The engine's eyes: one structured line and one count per decided operation. */
export function createEngineLog(log: Log, metrics: Metrics): EngineLog {
  return {
    settled(entry) {
      metrics.operations.inc({
        lane: entry.lane,
        status: entry.status,
        code: entry.code ?? '',
        duplicate: String(entry.duplicate),
      });
      log.info({ operation: entry }, 'operation settled');
    },
    surprise(message, error, context) {
      metrics.surprises.inc();
      log.error({ err: error, context }, message);
    },
    retried(reason, attempt) {
      metrics.retries.inc({ reason });
      log.warn({ reason, attempt }, 'transaction retried');
    },
  };
}
