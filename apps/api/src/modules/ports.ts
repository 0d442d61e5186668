import type { KhrRoundingMode } from '@modula/sync-core';
import type { Command, EntityChange, EntityRef } from '../engine/plug.ts';
import type { WorkingSets } from '../engine/working-set.ts';

// Through these, and through nothing else, the modules meet. A `prepare…` asks for rows and may be called often; the
// other methods read and write what was asked for.

/** Where the cash of sales goes (M2). */
export interface CashDrawer {
  prepareSale(rows: WorkingSets, cashSessionId: string): void;
  sessionForSale(rows: WorkingSets, command: Command<unknown>, cashSessionId: string): DrawerState;
  addCashSale(rows: WorkingSets, cashSessionId: string, amountMinor: number): void;
  /** Takes a voided sale's cash out again; a session that is closed was counted and keeps its figures. */
  removeCashSale(rows: WorkingSets, cashSessionId: string, amountMinor: number): void;
}

/** Whether a cash session takes sales of this command's device; if not, why, and which entity's state says so. */
export type DrawerState =
  | { readonly kind: 'open' }
  | { readonly kind: 'refused'; readonly why: 'UNKNOWN' | 'CLOSED' | 'OTHER_DEVICE'; readonly about: EntityRef | null };

/** The ledger of tracked goods (M3). */
export interface StockLedger {
  /** The rows of one item. Who names an item asks for it, so that operations right behind find it loaded. */
  prepareItem(rows: WorkingSets, branchId: string, stockItemId: string): void;
  /** Takes out what a sale handed over. Answers one `inventory.stock` per stock item. */
  consume(rows: WorkingSets, command: Command<unknown>, taken: SaleStock): EntityChange[];
  prepareGiveBack(rows: WorkingSets, branchId: string, sale: SaleLines): void;
  /** Puts back what the ledger says this sale took, whatever the menu says today. */
  giveBack(rows: WorkingSets, command: Command<unknown>, sale: SaleLines): EntityChange[];
}

export interface SaleStock {
  readonly saleId: string;
  readonly lines: readonly { readonly lineIndex: number; readonly stockItemId: string; readonly quantity: number }[];
}

export interface SaleLines {
  readonly saleId: string;
  readonly lineCount: number;
}

/** What the menu says today. */
export interface Catalogue {
  prepareItem(rows: WorkingSets, menuItemId: string): void;
  /** For `prepare`: undefined while the item is not loaded yet, and when there is none. */
  peekItem(rows: WorkingSets, menuItemId: string): CatalogueItem | undefined;
  item(rows: WorkingSets, menuItemId: string): CatalogueItem | undefined;
}

export interface CatalogueItem {
  readonly name: string;
  readonly priceMinor: number;
  readonly stockItemId: string | null;
  readonly active: boolean;
  readonly removed: boolean;
}

/** What the branch's policy says today. */
export interface BranchPolicies {
  prepare(rows: WorkingSets, branchId: string): void;
  /** Undefined when nobody ever set one: then nothing can have moved on. */
  current(rows: WorkingSets, branchId: string): BranchPolicy | undefined;
}

export interface BranchPolicy {
  readonly saleVatEnabled: boolean;
  readonly saleVatRatePercent: number;
  readonly saleFxRateKhrPerUsd: number;
  readonly saleKhrRoundingEnabled: boolean;
  readonly saleKhrRoundingMode: KhrRoundingMode;
  /** Whole riel, kept as it was sent: tills write it as a number or as digits. */
  readonly saleKhrRoundingGranularity: number | string;
  readonly saleAllowPayLater: boolean;
}

/** Which discounts are given today. */
export interface Discounts {
  prepare(rows: WorkingSets): void;
  live(rows: WorkingSets): readonly LiveDiscount[];
}

export interface LiveDiscount {
  readonly discountId: string;
  readonly percent: number;
  /** Null: every item. */
  readonly menuItemIds: readonly string[] | null;
}
