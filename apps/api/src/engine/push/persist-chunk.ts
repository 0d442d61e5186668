import { isTransient, sqlState, withRetry } from '@modula/db';
import { runChunk, type Chunk, type ChunkDeps, type ChunkOutcome } from './run-chunk.ts';

const TRIES = 4;
const GIVE_UP_AFTER_MS = 6_000;

/**
 * Runs a chunk, and again on transient trouble (G7), and on 23505: another node settled an id first, the next try repeats
 * it (G1). A database that only times out is not asked for ever: the tills wait for an answer.
 */
export function persistChunk(deps: ChunkDeps, chunk: Chunk): Promise<ChunkOutcome> {
  const { ports } = deps;
  const giveUpMs = Date.parse(ports.now()) + GIVE_UP_AFTER_MS;
  return withRetry(TRIES, () => runChunk(deps, chunk), {
    random: () => ports.random(),
    sleep: (delayMs) => ports.sleep(delayMs),
    shouldRetry: (error) => (isTransient(error) || sqlState(error) === '23505') && Date.parse(ports.now()) < giveUpMs,
    onRetry: (error, attempt) => ports.log.retried(sqlState(error) ?? 'unknown', attempt),
  });
}
