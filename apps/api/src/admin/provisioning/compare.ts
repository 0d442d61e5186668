import type { Change, Planned } from './plan.ts';

/** The state an entry is about: by its id where given, else by its name. */
export function findState<State extends { readonly name: string }>(
  states: readonly State[],
  entry: { readonly id?: string | undefined; readonly name?: string | undefined },
  idOf: (state: State) => string,
): State | null {
  const found = entry.id !== undefined ? states.find((state) => idOf(state) === entry.id) : states.find((state) => state.name === entry.name);
  return found ?? null;
}

/** The states as they will be: planned ones in the place of stored ones, new ones after them. */
export function overlay<State>(states: readonly State[], planned: readonly Planned<State>[], idOf: (state: State) => string): State[] {
  const byId = new Map(states.map((state) => [idOf(state), state]));
  for (const { after } of planned) byId.set(idOf(after), after);
  return [...byId.values()];
}

/** Whether these fields of a state would change. */
export function changeOf<State extends object>(before: State | null, after: State, fields: readonly (keyof State)[]): Change {
  if (before === null) return 'create';
  return fields.every((field) => isSame(before[field], after[field])) ? 'keep' : 'update';
}

function isSame(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((value, index) => value === b[index]);
  return a === b;
}
