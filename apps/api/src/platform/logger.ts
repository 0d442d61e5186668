import { pino, type DestinationStream, type Logger } from 'pino';

export type Log = Logger;

const BUFFER_BYTES = 4_096;
const FLUSH_EVERY_MS = 500;

/** Keys whose values never reach a log line, wherever they stand. Payloads are left out by whoever logs. */
const SECRET_KEYS = ['authorization', 'password', 'pin', 'token', 'deviceToken', 'actorToken', 'secret', 'payload'];

export interface LogOptions {
  readonly level: string;
  /** Stamped on every line, so that the lines of two nodes can be told apart. */
  readonly nodeId: string;
  readonly destination?: DestinationStream;
}

/** JSON lines on standard error, buffered: a line per operation must not cost a system call each. */
export function createLog(options: LogOptions): Log {
  const destination =
    options.destination ?? pino.destination({ dest: 2, sync: false, minLength: BUFFER_BYTES, periodicFlush: FLUSH_EVERY_MS });
  return pino(
    {
      level: options.level,
      base: { node: options.nodeId },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`]), censor: '[left out]' },
      serializers: { err: describeForLog },
    },
    destination,
  );
}

/** What a log line says about an error. Parameters of a failed statement hold payloads, so only chosen fields pass. */
function describeForLog(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    ...('code' in error ? { sqlState: error.code } : {}),
    ...(error.cause === undefined ? {} : { cause: describeForLog(error.cause) }),
  };
}
