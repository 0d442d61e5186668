import type net from 'node:net';
import postgres from 'postgres';
import { AnswerWatch } from './answer-watch.ts';
import { encodeParam } from './params.ts';
import { onceOnlySocket } from './socket.ts';
import { TYPE_PARSERS } from './type-parsers.ts';

export interface ConnectionOptions {
  readonly url: string;
  readonly applicationName: string;
  /** The role the session runs under; null keeps the one of the URL (the owner, for migrations). */
  readonly role: string | null;
  /** How long the server may be silent while statements are under way. Longer than any statement may take (SESSION_SETTINGS). */
  readonly answerTimeoutMs?: number | undefined;
}

/** Rows of one statement; `count` is the number of rows it affected or returned. */
export type Rows<Row> = Row[] & { readonly count: number };

const CONNECT_TIMEOUT_MS = 5_000;
const ANSWER_TIMEOUT_MS = 8_000;

/** `simple: false` keeps a statement without parameters in the extended protocol, where it is prepared like the others. */
const EXTENDED = { prepare: true, simple: false };

/** Session settings: no statement, lock wait or forgotten transaction holds a connection for long (bulkheads). */
export const SESSION_SETTINGS = {
  TimeZone: 'UTC',
  DateStyle: 'ISO',
  statement_timeout: 5_000,
  lock_timeout: 2_000,
  idle_in_transaction_session_timeout: 10_000,
  // Statements are written so that one plan is right for all parameters; planning each anew cost 0.15 ms a look-up.
  plan_cache_mode: 'force_generic_plan',
  // Citus forwards SET LOCAL to its workers only with this; a plain server takes any dotted name.
  'citus.propagate_set_commands': 'local',
} as const;

/**
 * One physical connection for its whole life. Statements are sent at once, in call order, without waiting for the ones before
 * (the first use of a statement text on a connection waits for its description). When the connection is lost, everything
 * under way and everything later is rejected; it never reconnects.
 */
export class Connection {
  readonly #sql: ReturnType<typeof openDriver>;
  readonly #answers: AnswerWatch;
  #socket: net.Socket | null = null;
  #usable = true;

  constructor(options: ConnectionOptions) {
    this.#answers = new AnswerWatch(options.answerTimeoutMs ?? ANSWER_TIMEOUT_MS, () => this.destroy());
    this.#sql = openDriver(options, {
      onSocket: (socket) => {
        this.#socket = socket;
      },
      onClosed: () => this.destroy(),
    });
  }

  /** False from the moment the connection is known to be lost or in doubt. */
  get usable(): boolean {
    return this.#usable;
  }

  /** One prepared statement. It is sent now, whether or not the promise is awaited. */
  prepared<Row>(text: string, params: readonly unknown[]): Promise<Rows<Row>> {
    return this.#answers.watch(this.#sql.unsafe<Row[] & postgres.MaybeRow[]>(text, params.map(encodeParam), EXTENDED).execute());
  }

  /** The same with each row as an array. */
  values<Cells extends readonly unknown[]>(text: string, params: readonly unknown[]): Promise<Cells[]> {
    const rows: Promise<readonly (readonly unknown[])[]> = this.#answers.watch(this.#sql.unsafe(text, params.map(encodeParam), EXTENDED).values().execute());
    // As with rows by name, the statement is the caller's, and so is the knowledge of what it answers.
    return rows.then((cells) => [...cells] as Cells[]);
  }

  /** One simple-protocol message, which may hold several statements; resolves with the tag of the last command. */
  async simple(text: string): Promise<string> {
    // `execute()` queues it now. A bare `await` would queue it some microtasks later, behind statements called after it.
    const answer: unknown = await this.#answers.watch(this.#sql.unsafe(text).execute());
    return lastTag(answer);
  }

  /** Drops the connection at once. The server rolls back whatever was open on it. */
  destroy(): void {
    if (!this.#usable) return;
    this.#usable = false;
    this.#socket?.destroy();
    // Rejects what the driver still has queued.
    this.#sql.end({ timeout: 0 }).catch(() => {});
  }

  /** Ends an idle connection politely. */
  async close(): Promise<void> {
    this.#usable = false;
    await this.#sql.end({ timeout: 1 });
  }
}

/** Several statements in one message are answered by an array of results, one by a result, which is an array of rows. */
function lastTag(answer: unknown): string {
  const results = Array.isArray(answer) ? answer : [];
  const last: unknown = Array.isArray(results.at(-1)) ? results.at(-1) : answer;
  return typeof last === 'object' && last !== null && 'command' in last && typeof last.command === 'string' ? last.command : '';
}

interface DriverHooks {
  readonly onSocket: (socket: net.Socket) => void;
  readonly onClosed: () => void;
}

function openDriver(options: ConnectionOptions, hooks: DriverHooks) {
  const settings = {
    max: 1,
    idle_timeout: 0,
    max_lifetime: 0,
    backoff: false,
    prepare: true,
    fetch_types: false,
    types: TYPE_PARSERS,
    onnotice: () => {},
    onclose: hooks.onClosed,
    // The driver documents `socket` but does not declare it.
    socket: onceOnlySocket({
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      onSocket: hooks.onSocket,
      onFailure: hooks.onClosed,
    }),
    connection: {
      application_name: options.applicationName,
      ...(options.role === null ? {} : { role: options.role }),
      ...SESSION_SETTINGS,
    },
  };
  return postgres(options.url, settings);
}
