import type { Engine } from '../engine/engine.ts';
import type { PluggedModule } from '../engine/plug.ts';
import type { NudgeHub } from '../platform/nudges/nudge-hub.ts';
import { consoleRouter } from './console/index.ts';
import type { ConsoleServices } from './console/services.ts';
import { deviceRouter } from './device.ts';
import { directDoors } from './direct-doors.ts';
import { directRouters } from './direct-router.ts';
import type { DoorDeps } from './door.ts';
import { fastProcedures } from './fast-procedures.ts';
import type { DeviceServices } from './services.ts';
import { syncDoors, syncRouter } from './sync/index.ts';
import { createTrpcRouter } from './trpc.ts';

export type { DirectWire } from './direct-router.ts';
export type { SyncErrorData } from './errors/sync-error.ts';

/** Everything behind the doors. Only the composition root puts this together. */
export interface RouterDeps extends DoorDeps {
  readonly engine: Engine;
  readonly modules: readonly PluggedModule[];
  readonly hub: NudgeHub;
  readonly devices: DeviceServices;
  readonly console: ConsoleServices;
  readonly now: () => string;
}

/** All procedures of the service, and those among them that have a fast path. */
export function createRouter(deps: RouterDeps) {
  const { engine, modules, hub, devices } = deps;
  const sync = syncDoors(deps);
  const direct = directDoors(deps, { engine, modules });
  const router = createTrpcRouter({
    device: deviceRouter(deps, devices),
    sync: syncRouter(sync, { deps, hub }),
    console: consoleRouter(deps, deps.console),
    ...directRouters(direct),
  });
  return { router, fast: fastProcedures({ push: sync.push, pull: sync.pull, direct }) };
}

/** The service as its clients see it. Import it as a type only. */
export type AppRouter = ReturnType<typeof createRouter>['router'];
