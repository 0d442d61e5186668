import { payableIn, saleTotals } from '@modula/sync-core';
import type { PayloadOf } from '@modula/sync-core/contracts';

export type SalePayload = PayloadOf<'sale.finalize'>;
export type SaleLine = SalePayload['lines'][number];

export const COFFEE: SaleLine = {
  menuItemId: 'coffee',
  name: 'Iced coffee',
  category: 'Drinks',
  quantity: 2,
  unitPriceMinor: 250,
  discountMinor: 0,
};

export const POLICY: SalePayload['policy'] = {
  vatEnabled: true,
  vatRatePercent: 10,
  fxRateKhrPerUsd: 4100,
  khrRoundingEnabled: true,
  khrRoundingMode: 'NEAREST',
  khrRoundingGranularity: 100,
};

interface Wish {
  readonly saleId: string;
  readonly cashSessionId?: string;
  readonly lines?: SaleLine[];
  readonly policy?: Partial<SalePayload['policy']>;
  readonly method?: 'CASH' | 'KHQR';
  readonly currency?: 'USD' | 'KHR';
  readonly changeMinor?: number;
}

/** A sale whose figures are right. */
export function saleOf(wish: Wish): SalePayload {
  const { saleId, cashSessionId = 'drawer', lines = [COFFEE], method = 'CASH', currency = 'USD', changeMinor = 0 } = wish;
  const policy = { ...POLICY, ...wish.policy };
  const totals = saleTotals(lines, policy);
  const receivedMinor = payableIn(currency, totals.grandTotalMinor, policy) + changeMinor;
  return {
    saleId,
    cashSessionId,
    saleType: 'TAKEAWAY',
    receiptNumber: `R-${saleId}`,
    lines,
    totals,
    policy,
    tender: { method, currency, receivedMinor, changeMinor },
  };
}
