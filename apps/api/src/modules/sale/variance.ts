import type { KhrRoundingMode } from '@modula/sync-core';
import type { BranchPolicy, CatalogueItem, LiveDiscount } from '../ports.ts';
import type { CapturedSale } from './captured.ts';

/** One way in which the world had moved on since a sale was captured (M1). Drift is written down, never refused. */
export type Drift =
  | (OfLine & { readonly what: 'MENU_ITEM_UNKNOWN' | 'MENU_ITEM_REMOVED' | 'MENU_ITEM_INACTIVE' })
  | (OfLine & { readonly what: 'MENU_ITEM_NAME'; readonly captured: string; readonly current: string })
  | (OfLine & { readonly what: 'MENU_ITEM_PRICE'; readonly capturedMinor: number; readonly currentMinor: number })
  | (OfLine & { readonly what: 'DISCOUNT'; readonly capturedMinor: number; readonly currentPercents: number[] })
  | { readonly what: 'POLICY'; readonly key: string; readonly captured: Setting; readonly current: Setting };

interface OfLine {
  readonly lineIndex: number;
  readonly menuItemId: string;
}

type Setting = string | number | boolean;
type SaleLine = CapturedSale['lines'][number];

export interface Today {
  itemOf(menuItemId: string): CatalogueItem | undefined;
  readonly policy: BranchPolicy | undefined;
  readonly discounts: readonly LiveDiscount[];
}

/** Every drift of a sale against today's menu, discounts and policy; null when there is none. */
export function varianceOf(captured: CapturedSale, today: Today): Drift[] | null {
  const drifts = [
    ...captured.lines.flatMap((line, lineIndex) => [
      ...menuDrift(line, lineIndex, today.itemOf(line.menuItemId)),
      ...discountDrift(line, lineIndex, today.discounts),
    ]),
    ...policyDrift(captured.policy, today.policy),
  ];
  return drifts.length === 0 ? null : drifts;
}

function menuDrift(line: SaleLine, lineIndex: number, item: CatalogueItem | undefined): Drift[] {
  const at = { lineIndex, menuItemId: line.menuItemId };
  if (item === undefined) return [{ what: 'MENU_ITEM_UNKNOWN', ...at }];
  const drifts: Drift[] = [];
  if (item.removed) drifts.push({ what: 'MENU_ITEM_REMOVED', ...at });
  else if (!item.active) drifts.push({ what: 'MENU_ITEM_INACTIVE', ...at });
  if (item.name !== line.name) drifts.push({ what: 'MENU_ITEM_NAME', ...at, captured: line.name, current: item.name });
  if (item.priceMinor !== line.unitPriceMinor) {
    drifts.push({ what: 'MENU_ITEM_PRICE', ...at, capturedMinor: line.unitPriceMinor, currentMinor: item.priceMinor });
  }
  return drifts;
}

/**
 * A line does not say which rule gave its discount. It agrees with today's rules when one of those that apply gives
 * that amount, or all of them together do, or none applies and it has none.
 */
function discountDrift(line: SaleLine, lineIndex: number, discounts: readonly LiveDiscount[]): Drift[] {
  const percents = discounts
    .filter(({ menuItemIds }) => menuItemIds === null || menuItemIds.includes(line.menuItemId))
    .map(({ percent }) => percent);
  const amountMinor = line.quantity * line.unitPriceMinor;
  const candidates = percents.length === 0 ? [0] : [...percents, percents.reduce((sum, percent) => sum + percent, 0)];
  // Tills may round a discount up or down: anything less than one minor unit off is the same discount.
  const agrees = candidates.some((percent) => Math.abs((amountMinor * percent) / 100 - line.discountMinor) < 1);
  if (agrees) return [];
  const { menuItemId, discountMinor } = line;
  const currentPercents = percents.toSorted((a, b) => a - b);
  return [{ what: 'DISCOUNT', lineIndex, menuItemId, capturedMinor: discountMinor, currentPercents }];
}

function policyDrift(captured: CapturedSale['policy'], policy: BranchPolicy | undefined): Drift[] {
  if (policy === undefined) return [];
  const pairs: readonly (readonly [key: string, captured: Setting, current: Setting])[] = [
    ['vatEnabled', captured.vatEnabled, policy.saleVatEnabled],
    ['vatRatePercent', captured.vatRatePercent, policy.saleVatRatePercent],
    ['fxRateKhrPerUsd', captured.fxRateKhrPerUsd, policy.saleFxRateKhrPerUsd],
    ['khrRoundingEnabled', captured.khrRoundingEnabled, policy.saleKhrRoundingEnabled],
    ['khrRoundingMode', oneName(captured.khrRoundingMode), oneName(policy.saleKhrRoundingMode)],
    ['khrRoundingGranularity', Number(captured.khrRoundingGranularity), Number(policy.saleKhrRoundingGranularity)],
  ];
  return pairs
    .filter(([, before, now]) => before !== now)
    .map(([key, before, now]) => ({ what: 'POLICY', key, captured: before, current: now }));
}

/** HALF_UP is an older name of NEAREST. */
function oneName(mode: KhrRoundingMode): KhrRoundingMode {
  return mode === 'HALF_UP' ? 'NEAREST' : mode;
}
