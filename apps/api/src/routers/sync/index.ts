import type { PullPage } from '@modula/sync-core';
import type { Engine, PulledPage, PushAnswer } from '../../engine/engine.ts';
import type { NudgeHub } from '../../platform/nudges/nudge-hub.ts';
import type { Caller } from '../caller.ts';
import type { Door, DoorDeps } from '../door.ts';
import { createTrpcRouter, mutation, query } from '../trpc.ts';
import { nudgesProcedure } from './nudges.ts';
import { operationsDoor, type OperationsAnswer, type OperationsWire } from './operations.ts';
import { parsedPage, pullDoor, type PullWire } from './pull.ts';
import { pushDoor, rehearseDoor, type PushWire } from './push.ts';
import { reportDoor, type ManifestWire, type ReportAnswer } from './report.ts';

export interface SyncDoors {
  readonly push: Door<PushAnswer>;
  readonly rehearse: Door<PushAnswer>;
  readonly pull: Door<PulledPage>;
  readonly report: Door<ReportAnswer>;
  readonly operations: Door<OperationsAnswer>;
}

export function syncDoors(deps: DoorDeps & { readonly engine: Engine; readonly now: () => string }): SyncDoors {
  const { engine } = deps;
  return {
    push: pushDoor(deps, engine),
    rehearse: rehearseDoor(deps, engine),
    pull: pullDoor(deps, engine),
    report: reportDoor(deps, deps),
    operations: operationsDoor(deps, deps),
  };
}

/** `sync.*` for tills. */
export function syncRouter(doors: SyncDoors, { deps, hub }: { readonly deps: DoorDeps; readonly hub: NudgeHub }) {
  const pull = async (caller: Caller, sent: unknown) => parsedPage(await doors.pull(caller, sent));
  return createTrpcRouter({
    push: mutation<PushWire, PushAnswer>(doors.push),
    rehearse: mutation<PushWire, PushAnswer>(doors.rehearse),
    pull: query<PullWire, PullPage>(pull),
    report: mutation<ManifestWire, ReportAnswer>(doors.report),
    operations: query<OperationsWire, OperationsAnswer>(doors.operations),
    nudges: nudgesProcedure(deps, hub),
  });
}
