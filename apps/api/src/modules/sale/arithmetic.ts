import { payableIn, saleTotals } from '@modula/sync-core';
import type { CapturedSale } from './captured.ts';

/** The first figure of a sale that does not follow from its own lines, policy snapshot and tender. */
export interface Mismatch {
  readonly field: 'subtotalMinor' | 'discountMinor' | 'vatMinor' | 'grandTotalMinor' | 'changeMinor';
  readonly expected: number;
  readonly found: number;
}

/** The arithmetic of M1. Today's menu and policy play no part in it: that would be drift. */
export function mismatchOf(captured: CapturedSale): Mismatch | null {
  const { lines, policy, totals, tender } = captured;
  const computed = saleTotals(lines, policy);
  for (const field of ['subtotalMinor', 'discountMinor', 'vatMinor', 'grandTotalMinor'] as const) {
    if (computed[field] !== totals[field]) return { field, expected: computed[field], found: totals[field] };
  }
  if (tender.method !== 'CASH') return null;
  const expected = tender.receivedMinor - payableIn(tender.currency, totals.grandTotalMinor, policy);
  return expected === tender.changeMinor ? null : { field: 'changeMinor', expected, found: tender.changeMinor };
}
