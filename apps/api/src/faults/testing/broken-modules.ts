import type { Decision, Handler, PluggedModule } from '../../engine/plug.ts';
import type { Cell, TableSpec, WorkingSet, WorkingSets } from '../../engine/working-set.ts';
import type { JsonObject } from '@modula/sync-core';
import { createModules } from '../../modules/index.ts';

/** What a broken handler does instead of finishing. */
export type Breakage =
  /** Throws right after its n-th write. */
  | { readonly kind: 'throws-after-put'; readonly put: number }
  /** Throws when all is written and decided. */
  | { readonly kind: 'throws-at-the-end' }
  /** Writes everything and then rejects. */
  | { readonly kind: 'rejects-after-writing'; readonly code: string }
  /** Writes a row that the database refuses. */
  | { readonly kind: 'unwritable-row'; readonly column: string; readonly value: Cell };

/** The modules, of which one type's handler is broken for the payloads that `when` picks. */
export function modulesBroken(type: string, when: (payload: JsonObject) => Breakage | null): readonly PluggedModule[] {
  return createModules().map((module) => {
    const handler = module.handlers.get(type);
    if (handler === undefined) return module;
    return { ...module, handlers: new Map([...module.handlers, [type, brokenHandler(handler, when)]]) };
  });
}

function brokenHandler(handler: Handler<JsonObject>, when: (payload: JsonObject) => Breakage | null): Handler<JsonObject> {
  return {
    prepare: (rows, command) => handler.prepare(rows, command),
    decide(rows, command): Decision {
      const breakage = when(command.payload);
      if (breakage === null) return handler.decide(rows, command);
      const decision = handler.decide(new BrokenSets(rows, breakage), command);
      if (breakage.kind === 'throws-at-the-end') throw new Error('a fault of the tests');
      return breakage.kind === 'rejects-after-writing' ? { kind: 'rejected', code: breakage.code, details: null, about: null } : decision;
    },
  };
}

class BrokenSets implements WorkingSets {
  readonly #rows: WorkingSets;
  readonly #breakage: Breakage;
  #puts = 0;

  constructor(rows: WorkingSets, breakage: Breakage) {
    this.#rows = rows;
    this.#breakage = breakage;
  }

  of<Row extends { readonly [column in keyof Row]: Cell }>(spec: TableSpec<Row>): WorkingSet<Row> {
    const set = this.#rows.of(spec);
    return {
      want: (...key) => set.want(...key),
      wantBy: (lookup, ...values) => set.wantBy(lookup, ...values),
      get: (...key) => set.get(...key),
      peek: (...key) => set.peek(...key),
      find: (lookup, ...values) => set.find(lookup, ...values),
      put: (row) => {
        this.#puts += 1;
        set.put(this.#changed(spec, row));
        if (this.#breakage.kind === 'throws-after-put' && this.#puts === this.#breakage.put) throw new Error('a fault of the tests');
      },
    };
  }

  #changed<Row extends { readonly [column in keyof Row]: Cell }>(spec: TableSpec<Row>, row: Row): Row {
    if (this.#breakage.kind !== 'unwritable-row' || !(this.#breakage.column in spec.columns)) return row;
    return { ...row, [this.#breakage.column]: this.#breakage.value };
  }
}
