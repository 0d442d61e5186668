import type { JsonObject } from '@modula/sync-core';
import { createModules } from '../../modules/index.ts';
import type { EntityChange, PluggedModule } from '../plug.ts';

/** The modules, of which one type answers other changes than it made for the payloads that `changesFor` picks. */
export function modulesChanging(type: string, changesFor: (payload: JsonObject) => readonly EntityChange[] | null): readonly PluggedModule[] {
  return createModules().map((module) => {
    const handler = module.handlers.get(type);
    if (handler === undefined) return module;
    const changing: typeof handler = {
      prepare: (rows, command) => handler.prepare(rows, command),
      decide(rows, command) {
        const decision = handler.decide(rows, command);
        const changes = changesFor(command.payload);
        return decision.kind === 'accepted' && changes !== null ? { ...decision, changes } : decision;
      },
    };
    return { ...module, handlers: new Map([...module.handlers, [type, changing]]) };
  });
}
