import type { BranchPolicies, CashDrawer, Catalogue, Discounts, StockLedger } from '../ports.ts';

/** What a sale needs of the other modules. */
export interface SalePorts {
  readonly drawer: CashDrawer;
  readonly stock: StockLedger;
  readonly catalogue: Catalogue;
  readonly policies: BranchPolicies;
  readonly discounts: Discounts;
}
