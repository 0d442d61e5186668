import type { OperationResult } from '@modula/sync-core';
import { operationsInput } from '@modula/sync-core/wire';
import type { Engine } from '../../engine/engine.ts';
import { devices } from '../admit.ts';
import { createDoor, type Door, type DoorDeps } from '../door.ts';
import { parseShape } from '../shape.ts';

export interface OperationsWire {
  readonly clientOpIds: readonly string[];
}

export interface OperationsAnswer {
  readonly serverTime: string;
  readonly results: readonly OperationResult[];
}

/** `sync.operations`: stored outcomes, for a client that lost an answer. */
export function operationsDoor(deps: DoorDeps, { engine, now }: { readonly engine: Engine; readonly now: () => string }): Door<OperationsAnswer> {
  return createDoor(deps, {
    name: 'sync.operations',
    admit: devices,
    parse: (sent) => parseShape(operationsInput, sent),
    run: async (session, { clientOpIds }) => ({ serverTime: now(), results: await engine.outcomes(session, clientOpIds) }),
  });
}
