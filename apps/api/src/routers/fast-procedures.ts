import type { DirectOutput } from '@modula/sync-core';
import type { PulledPage, PushAnswer } from '../engine/engine.ts';
import type { Caller } from './caller.ts';
import type { Door } from './door.ts';
import { pageText } from './sync/pull.ts';

/** A procedure that the HTTP server may call without tRPC in between. */
export interface FastProcedure {
  readonly type: 'query' | 'mutation';
  /** The `data` of the answer, as JSON text. */
  answer(caller: Caller, sent: unknown): Promise<string>;
}

/** The procedures that tills call all day, by path. They are the same doors that tRPC's router has. */
export function fastProcedures(doors: {
  readonly push: Door<PushAnswer>;
  readonly pull: Door<PulledPage>;
  readonly direct: ReadonlyMap<string, Door<DirectOutput>>;
}): ReadonlyMap<string, FastProcedure> {
  const fast = new Map<string, FastProcedure>([
    ['sync.push', asJson('mutation', doors.push)],
    ['sync.pull', { type: 'query', answer: async (caller, sent) => pageText(await doors.pull(caller, sent)) }],
  ]);
  for (const [type, door] of doors.direct) fast.set(type, asJson('mutation', door));
  return fast;
}

function asJson(type: FastProcedure['type'], door: Door<object>): FastProcedure {
  return { type, answer: async (caller, sent) => JSON.stringify(await door(caller, sent)) };
}
