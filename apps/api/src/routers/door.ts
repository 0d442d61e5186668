import type { Session } from '../engine/session.ts';
import type { Authenticate } from '../platform/auth/authenticate.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { RateLimits } from '../platform/rate-limits.ts';
import type { Admit } from './admit.ts';
import type { Caller } from './caller.ts';
import { toSyncError } from './errors/sync-error.ts';

/**
 * One procedure, whichever way a request reaches it: through tRPC or through the fast path. It takes what was sent and
 * answers, or throws RequestError.
 */
export type Door<Output> = (caller: Caller, sent: unknown) => Promise<Output>;

export interface DoorDeps {
  readonly authenticate: Authenticate;
  readonly limits: RateLimits;
  readonly metrics: Metrics;
  readonly monotonicMs: () => number;
}

export interface DoorSpec<Who extends Session, Input, Output> {
  /** The procedure's path, for the metrics. */
  readonly name: string;
  readonly admit: Admit<Who>;
  /** Reads what was sent, or throws BAD_REQUEST. */
  parse(sent: unknown, session: Who): Input;
  /** What one call takes from the caller's budget; 1 when left out. */
  weigh?(input: Input): number;
  run(session: Who, input: Input): Promise<Output>;
}

/** Who, then whether, then what, then how much, then the work: a stranger is not told what a request looks like. */
export function createDoor<Who extends Session, Input, Output>(deps: DoorDeps, spec: DoorSpec<Who, Input, Output>): Door<Output> {
  return measured(deps, {
    name: spec.name,
    door: async (caller, sent) => {
      const session = spec.admit(await deps.authenticate(caller.bearer, caller.remoteAddress));
      const input = spec.parse(sent, session);
      await deps.limits.spend(session, spec.weigh?.(input) ?? 1);
      return await spec.run(session, input);
    },
  });
}

/** A door for those who have no token yet. */
export function createOpenDoor<Output>(deps: DoorDeps, spec: { readonly name: string; readonly door: Door<Output> }): Door<Output> {
  return measured(deps, spec);
}

function measured<Output>(
  { metrics, monotonicMs }: DoorDeps,
  { name, door }: { readonly name: string; readonly door: Door<Output> },
): Door<Output> {
  return async (caller, sent) => {
    const startMs = monotonicMs();
    let code = 'OK';
    try {
      return await door(caller, sent);
    } catch (error) {
      code = toSyncError(error, caller.requestId).sync.code;
      throw error;
    } finally {
      metrics.requests.observe({ procedure: name, code }, (monotonicMs() - startMs) / 1_000);
    }
  };
}
