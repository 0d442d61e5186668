import { initTRPC } from '@trpc/server';
import type { Caller } from './caller.ts';
import type { Door } from './door.ts';
import { errorShape } from './errors/error-shape.ts';
import { toSyncError } from './errors/sync-error.ts';

const PING_EVERY_MS = 10_000;
const RECONNECT_AFTER_SILENCE_MS = 30_000;

const t = initTRPC.context<Caller>().create({
  isDev: false,
  isServer: true,
  sse: {
    ping: { enabled: true, intervalMs: PING_EVERY_MS },
    client: { reconnectAfterInactivityMs: RECONNECT_AFTER_SILENCE_MS },
  },
  errorFormatter: ({ error, path, ctx }) => errorShape(toSyncError(error, ctx?.requestId ?? 'unknown'), path),
});

export const createTrpcRouter = t.router;

interface SentSchema<Wire> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: 'modula';
    readonly types?: { readonly input: Wire; readonly output: unknown };
    readonly validate: (value: unknown) => { readonly value: unknown };
  };
}

/**
 * Types the input for clients and passes it on as it was sent: the door reads it, after it knows who is calling.
 * (A Standard Schema; tRPC takes its `types` for inference only.)
 */
export function asSent<Wire>(): SentSchema<Wire> {
  return { '~standard': { version: 1, vendor: 'modula', validate: (value) => ({ value }) } };
}

export function query<Wire, Output>(door: Door<Output>) {
  return t.procedure.input(asSent<Wire>()).query(({ ctx, input }) => door(ctx, input));
}

export function mutation<Wire, Output>(door: Door<Output>) {
  return t.procedure.input(asSent<Wire>()).mutation(({ ctx, input }) => door(ctx, input));
}

/** A mutation that takes nothing. Its body is not read, since a client that has nothing to send sends none. */
export function mutationWithoutInput<Output>(door: Door<Output>) {
  return t.procedure.mutation(({ ctx }) => door(ctx, undefined));
}

export const publicProcedure = t.procedure;
