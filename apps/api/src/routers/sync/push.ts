import type { OfflineOperation } from '@modula/sync-core';
import { parsePushInput, type EnvelopeOrFault } from '@modula/sync-core/wire';
import type { Engine, PushAnswer } from '../../engine/engine.ts';
import { devices, devicesAndSupport } from '../admit.ts';
import { createDoor, type Door, type DoorDeps } from '../door.ts';
import { badRequest } from '../shape.ts';

export interface PushWire {
  readonly operations: readonly OfflineOperation[];
}

/** `sync.push`: replays a batch (contract 2.1). */
export function pushDoor(deps: DoorDeps, engine: Engine): Door<PushAnswer> {
  return createDoor(deps, {
    name: 'sync.push',
    admit: devices,
    parse: operationsOf,
    weigh: (operations) => operations.length,
    run: (session, operations) => {
      deps.metrics.pushSize.observe(operations.length);
      return engine.push(session, operations);
    },
  });
}

/** `sync.rehearse`: the same judgement, rolled back. */
export function rehearseDoor(deps: DoorDeps, engine: Engine): Door<PushAnswer> {
  return createDoor(deps, {
    name: 'sync.rehearse',
    admit: devicesAndSupport,
    parse: operationsOf,
    weigh: (operations) => operations.length,
    run: (session, operations) => engine.rehearse(session, operations),
  });
}

function operationsOf(sent: unknown): readonly EnvelopeOrFault[] {
  const parsed = parsePushInput(sent);
  if (parsed.kind === 'bad') throw badRequest(parsed.issues);
  return parsed.operations;
}
