/** Every entity kind on the feed, with the module that publishes it and whether one branch or the whole tenant holds it. */
export const ENTITY_KINDS = [
  { kind: 'sale.sale', module: 'sale', scope: 'branch' },
  { kind: 'cashSession.session', module: 'cashSession', scope: 'branch' },
  { kind: 'cashSession.movement', module: 'cashSession', scope: 'branch' },
  { kind: 'attendance.work', module: 'attendance', scope: 'branch' },
  { kind: 'inventory.stock', module: 'inventory', scope: 'branch' },
  { kind: 'menu.item', module: 'menu', scope: 'tenant' },
  { kind: 'menu.category', module: 'menu', scope: 'tenant' },
  { kind: 'policy.branch', module: 'policy', scope: 'branch' },
  { kind: 'discount.rule', module: 'discount', scope: 'tenant' },
  { kind: 'context.tenant', module: 'context', scope: 'tenant' },
  { kind: 'context.branch', module: 'context', scope: 'branch' },
  { kind: 'context.actor', module: 'context', scope: 'branch' },
  { kind: 'sync.operation', module: 'sync', scope: 'branch' },
] as const satisfies readonly EntityKindInfo[];

interface EntityKindInfo {
  readonly kind: `${string}.${string}`;
  readonly module: string;
  readonly scope: EntityScope;
}

export type EntityScope = 'branch' | 'tenant';
export type EntityKind = (typeof ENTITY_KINDS)[number]['kind'];
export type ModuleName = (typeof ENTITY_KINDS)[number]['module'];

const infoByKind = new Map<string, (typeof ENTITY_KINDS)[number]>(ENTITY_KINDS.map((info) => [info.kind, info]));

export function isEntityKind(text: string): text is EntityKind {
  return infoByKind.has(text);
}

export function entityScopeOf(kind: EntityKind): EntityScope {
  const info = infoByKind.get(kind);
  if (info === undefined) throw new Error(`unknown entity kind ${kind}`);
  return info.scope;
}
