import type { PayloadOf } from '@modula/sync-core/contracts';
import type { BranchPolicy } from '../ports.ts';
import type { BranchPolicyRow } from './table.ts';

/** What a branch starts from when its first update names only some keys. */
export const DEFAULT_POLICY: BranchPolicy = {
  saleVatEnabled: false,
  saleVatRatePercent: 0,
  saleFxRateKhrPerUsd: 4100,
  saleKhrRoundingEnabled: false,
  saleKhrRoundingMode: 'NEAREST',
  saleKhrRoundingGranularity: 100,
  saleAllowPayLater: false,
};

/** The policy after an update, always with all seven keys in one order. */
export function updatedPolicy(before: BranchPolicy | undefined, update: PayloadOf<'policy.update'>): BranchPolicy {
  const base = before ?? DEFAULT_POLICY;
  return {
    saleVatEnabled: update.saleVatEnabled ?? base.saleVatEnabled,
    saleVatRatePercent: update.saleVatRatePercent ?? base.saleVatRatePercent,
    saleFxRateKhrPerUsd: update.saleFxRateKhrPerUsd ?? base.saleFxRateKhrPerUsd,
    saleKhrRoundingEnabled: update.saleKhrRoundingEnabled ?? base.saleKhrRoundingEnabled,
    saleKhrRoundingMode: update.saleKhrRoundingMode ?? base.saleKhrRoundingMode,
    saleKhrRoundingGranularity: update.saleKhrRoundingGranularity ?? base.saleKhrRoundingGranularity,
    saleAllowPayLater: update.saleAllowPayLater ?? base.saleAllowPayLater,
  };
}

export function storedPolicy(row: BranchPolicyRow | undefined): BranchPolicy | undefined {
  // Only `updatedPolicy` makes what this column holds, so it has the shape of a BranchPolicy.
  return row === undefined ? undefined : (JSON.parse(row.policy) as BranchPolicy);
}
