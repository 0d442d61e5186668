import { saleTotals, type PolicySnapshot } from '@modula/sync-core';
import type { PayloadOf } from '@modula/sync-core/contracts';
import type { Receipt } from '../data/days.ts';
import { pick, type Random } from '../random.ts';
import { chooseTender } from './tender.ts';

export type SalePayload = PayloadOf<'sale.finalize'>;

/** The published prices are what was paid, so VAT is off. */
export const REPLAY_POLICY = {
  vatEnabled: false,
  vatRatePercent: 10,
  fxRateKhrPerUsd: 4_100,
  khrRoundingEnabled: true,
  khrRoundingMode: 'NEAREST',
  khrRoundingGranularity: 100,
} as const satisfies PolicySnapshot;

/** A receipt as the till that sold it captures it (M1). */
export function salePayload(receipt: Receipt, at: { saleId: string; cashSessionId: string; random: Random }): SalePayload {
  const lines = receipt.lines.map(({ productId, ...line }) => ({ menuItemId: productId, ...line }));
  const totals = saleTotals(lines, REPLAY_POLICY);
  return {
    saleId: at.saleId,
    cashSessionId: at.cashSessionId,
    saleType: pick(at.random, ['DINE_IN', 'TAKEAWAY', 'TAKEAWAY', 'DELIVERY'] as const),
    receiptNumber: `${receipt.storeId}-${String(receipt.number).padStart(6, '0')}`,
    lines,
    totals,
    policy: REPLAY_POLICY,
    tender: chooseTender(at.random, totals.grandTotalMinor, REPLAY_POLICY),
  };
}
