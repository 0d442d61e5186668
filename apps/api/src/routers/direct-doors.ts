import { isOperationType, type DirectOutput } from '@modula/sync-core';
import { directInput } from '@modula/sync-core/wire';
import type { DirectCall, Engine } from '../engine/engine.ts';
import type { PluggedModule } from '../engine/plug.ts';
import { RequestError } from '../engine/request-error.ts';
import type { ActorSession, DeviceSession } from '../engine/session.ts';
import { devicesAndActors } from './admit.ts';
import { createDoor, type Door, type DoorDeps } from './door.ts';
import { OperationRefusedError } from './errors/operation-refused.ts';
import { badRequest, parseShape } from './shape.ts';

/** The direct lane: one door per operation type of the plugged modules. */
export function directDoors(
  deps: DoorDeps,
  { engine, modules }: { readonly engine: Engine; readonly modules: readonly PluggedModule[] },
): ReadonlyMap<string, Door<DirectOutput>> {
  const types = modules.flatMap(({ contract }) => Object.keys(contract.operations));
  return new Map(types.map((type) => [type, directDoor(deps, { engine, type })]));
}

function directDoor(deps: DoorDeps, { engine, type }: { readonly engine: Engine; readonly type: string }): Door<DirectOutput> {
  if (!isOperationType(type)) throw new TypeError(`${type} is not an operation type`);
  return createDoor(deps, {
    name: type,
    admit: devicesAndActors,
    parse: (sent, session) => callOf(type, { sent, session }),
    run: async (session, call) => {
      const result = await engine.direct(session, call);
      if (result.status !== 'SYNCED') throw new OperationRefusedError(result);
      return { clientOpId: result.clientOpId, duplicate: result.duplicate, result: result.result, streamSeq: result.streamSeq };
    },
  });
}

function callOf(type: string, { sent, session }: { sent: unknown; session: DeviceSession | ActorSession }): DirectCall {
  const { actorId: named, ...call } = parseShape(directInput, sent);
  if (session.kind === 'device') {
    if (named === null) throw badRequest([{ path: 'actorId', message: 'must name the actor when a device token calls' }]);
    return { type, ...call, actorId: named };
  }
  if (named !== null && named !== session.actorId) throw new RequestError('FORBIDDEN', 'An actor token acts for its own actor only.');
  return { type, ...call, actorId: session.actorId };
}
