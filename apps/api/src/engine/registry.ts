import { isOperationType, type JsonObject, type OperationContract } from '@modula/sync-core';
import type { Handler, PluggedModule } from './plug.ts';

export interface RegisteredOperation {
  readonly contract: OperationContract;
  readonly handler: Handler<JsonObject>;
}

/** Operation type → what the engine needs to judge it. Two modules with one type, or a type without a handler, stop the start. */
export class OperationRegistry {
  readonly #byType = new Map<string, RegisteredOperation>();

  constructor(modules: readonly PluggedModule[]) {
    for (const module of modules) {
      for (const [type, contract] of Object.entries(module.contract.operations)) {
        const handler = module.handlers.get(type);
        if (handler === undefined) throw new Error(`module ${module.contract.module} has no handler for ${type}`);
        if (this.#byType.has(type) || !isOperationType(type)) throw new Error(`operation type ${type} is registered twice or unknown`);
        this.#byType.set(type, { contract, handler });
      }
    }
  }

  find(type: string): RegisteredOperation | undefined {
    return this.#byType.get(type);
  }
}
