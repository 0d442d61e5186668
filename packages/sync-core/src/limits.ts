/** Sizes of the wire, as the contract states them (2.1, 2.2, G6). */
export const LIMITS = {
  operationsPerPush: 200,
  pushBytes: 1_048_576,
  payloadBytes: 65_536,
  payloadDepth: 32,
  dependsOn: 50,
  pullLimitMax: 1000,
  pullLimitDefault: 500,
  operationsLookup: 500,
  /** More scopes than there are modules and kinds together are never needed. */
  scopesPerPull: 100,
} as const;
