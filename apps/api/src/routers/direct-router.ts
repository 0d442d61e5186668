import type { DirectOutput, OperationType } from '@modula/sync-core';
import type { PayloadOf } from '@modula/sync-core/contracts';
import type { Door } from './door.ts';
import { mutation } from './trpc.ts';

/** Input of a direct procedure as a client writes it. */
export interface DirectWire<Type extends OperationType> {
  readonly clientOpId: string;
  /** May be left out for tenant-wide operations. */
  readonly branchId?: string | null;
  readonly payload: PayloadOf<Type>;
  readonly dependsOn?: readonly string[];
  /** Needed with a device token, which stands for no actor by itself. */
  readonly actorId?: string | null;
}

type ModuleOf<Type extends OperationType> = Type extends `${infer Module}.${string}` ? Module : never;
type ActionOf<Type extends OperationType, Module extends string> = Type extends `${Module}.${infer Action}` ? Action : never;

type DirectProcedure<Type extends OperationType> = ReturnType<typeof mutation<DirectWire<Type>, DirectOutput>>;

/** `<module>.<action>` for every operation type: what `AppRouter` promises to clients. */
export type DirectProcedures = {
  [Module in ModuleOf<OperationType>]: {
    [Action in ActionOf<OperationType, Module>]: DirectProcedure<Extract<OperationType, `${Module}.${Action}`>>;
  };
};

/** The direct lane as tRPC routers, made from the doors by their types' names. */
export function directRouters(doors: ReadonlyMap<string, Door<DirectOutput>>): DirectProcedures {
  const byModule: { [module: string]: { [action: string]: DirectProcedure<OperationType> } } = {};
  for (const [type, door] of doors) {
    const [module = '', action = ''] = type.split('.');
    (byModule[module] ??= {})[action] = mutation<DirectWire<OperationType>, DirectOutput>(door);
  }
  // The doors were made from the same contracts that OperationType is made from; a test calls each one by its path.
  return byModule as DirectProcedures;
}

