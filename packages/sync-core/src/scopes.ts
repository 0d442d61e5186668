import { sha256Hex } from '#sha256';
import { ENTITY_KINDS, type EntityKind } from './entity-kinds.ts';

export type ParsedScopes =
  | {
      readonly kind: 'ok';
      /** Smallest set of scopes that means the same, sorted. */
      readonly scopes: readonly string[];
      /** The entity kinds they cover, sorted. */
      readonly kinds: readonly EntityKind[];
      /** 32 hex digits naming the covered kinds. */
      readonly hash: string;
    }
  | { readonly kind: 'empty' }
  | { readonly kind: 'unknown'; readonly scope: string };

const kindsByScope = new Map<string, EntityKind[]>();
for (const { kind, module } of ENTITY_KINDS) {
  kindsByScope.set(kind, [kind]);
  kindsByScope.set(`${module}.*`, [...(kindsByScope.get(`${module}.*`) ?? []), kind]);
}

/**
 * Normalises a scope list: order, duplicates and redundant entries don't matter (P3), unknown ones are named (P7).
 * The hash is over the covered kinds and not over the scope names: when a module gains a kind, cursors made for `module.*`
 * before it no longer fit, and their devices start over instead of missing what the new kind holds.
 */
export function parseScopes(scopes: readonly string[]): ParsedScopes {
  if (scopes.length === 0) return { kind: 'empty' };
  const covered = new Set<EntityKind>();
  for (const scope of scopes) {
    const kinds = kindsByScope.get(scope);
    if (kinds === undefined) return { kind: 'unknown', scope };
    for (const kind of kinds) covered.add(kind);
  }
  const kinds = [...covered].toSorted();
  return { kind: 'ok', scopes: smallest(covered), kinds, hash: sha256Hex(kinds.join('\n')).slice(0, 32) };
}

function smallest(covered: ReadonlySet<EntityKind>): string[] {
  const scopes = [...kindsByScope].filter(([scope, kinds]) => scope.endsWith('.*') && kinds.every((kind) => covered.has(kind))).map(([scope]) => scope);
  const whole = new Set(scopes.flatMap((scope) => kindsByScope.get(scope) ?? []));
  return [...scopes, ...[...covered].filter((kind) => !whole.has(kind))].toSorted();
}
