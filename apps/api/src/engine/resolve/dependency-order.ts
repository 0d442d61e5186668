import type { ClientOpId } from '@modula/sync-core';

interface Dependent {
  readonly operation: { readonly clientOpId: ClientOpId; readonly dependsOn: readonly ClientOpId[] };
}

/**
 * Puts operations so that each comes after those of them it depends on, and otherwise leaves them as they are. The order of
 * receipt alone does not do: one that came before its ground failed for that reason. What depends on itself in a circle
 * comes as it is; it fails again.
 */
export function inDependencyOrder<Item extends Dependent>(items: readonly Item[]): Item[] {
  const byId = new Map(items.map((item) => [item.operation.clientOpId, item]));
  const ordered = new Set<Item>();
  const entered = new Set<Item>();
  const stack = items.toReversed();
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    if (ordered.has(item)) continue;
    const ground = item.operation.dependsOn.flatMap((id) => byId.get(id) ?? []).filter((other) => !ordered.has(other) && !entered.has(other));
    if (ground.length === 0 || entered.has(item)) {
      ordered.add(item);
      continue;
    }
    entered.add(item);
    stack.push(item, ...ground.toReversed());
  }
  return [...ordered];
}
