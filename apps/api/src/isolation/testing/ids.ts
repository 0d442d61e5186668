/** Everything in a request that names something of a tenant. */
export const ID_KINDS = [
  'tenantId',
  'branchId',
  'deviceId',
  'actorId',
  'clientOpId',
  'dependency',
  'saleId',
  'cashSessionId',
  'cashMovementId',
  'workId',
  'stockItemId',
  'stockMovementId',
  'menuItemId',
  'categoryId',
  'discountId',
  'webhookId',
  'auditId',
  'cursor',
  'enrolmentCode',
] as const;

export type IdKind = (typeof ID_KINDS)[number];
export type Ids = { readonly [Kind in IdKind]: string };

/** Hands out ids of one owner. What a request may create is never handed out twice. */
export type IdSource = (kind: IdKind) => string;

export function idsFrom(source: IdSource): Ids {
  // Every kind is an entry.
  return Object.fromEntries(ID_KINDS.map((kind) => [kind, source(kind)])) as Ids;
}

/** `ids`, but those of the given kinds from somebody else. */
export function withIdsOf(ids: Ids, kinds: readonly IdKind[], source: IdSource): Ids {
  return { ...ids, ...Object.fromEntries(kinds.map((kind) => [kind, source(kind)])) };
}

/** Which kinds a request uses: it is built once with ids that remember who asked. */
export function kindsIn(build: (ids: Ids) => unknown, sample: Ids): readonly IdKind[] {
  const used = new Set<IdKind>();
  const watched: Partial<Ids> = {};
  for (const kind of ID_KINDS) {
    Object.defineProperty(watched, kind, {
      get: () => {
        used.add(kind);
        return sample[kind];
      },
    });
  }
  // Every kind was given a getter above.
  build(watched as Ids);
  return [...used];
}
