import type { PluggedModule } from '../../engine/plug.ts';
import { createModules } from '../../modules/index.ts';

/** The reference modules, with one whose `sale.finalize` breaks whenever `isBroken` says so. */
export function modulesThatBreak(isBroken: (receiptNumber: unknown) => boolean): PluggedModule[] {
  return createModules().map((module) => ({
    ...module,
    handlers: new Map(
      [...module.handlers].map(([type, handler]) => [
        type,
        {
          prepare: handler.prepare,
          decide: (rows, command) => {
            const decision = handler.decide(rows, command);
            // After it wrote its rows: what it wrote must be taken back.
            if (type === 'sale.finalize' && isBroken(command.payload['receiptNumber'])) throw new Error('the module broke');
            return decision;
          },
        },
      ]),
    ),
  }));
}
