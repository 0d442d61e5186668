import { randomUUID } from 'node:crypto';

export interface SaleWish {
  readonly saleId?: string;
  readonly cashSessionId?: string;
  readonly method?: 'CASH' | 'KHQR';
  readonly menuItemId?: string;
  readonly name?: string;
  readonly quantity?: number;
  readonly unitPriceMinor?: number;
  readonly currency?: 'USD' | 'KHR';
  readonly receivedMinor?: number;
  readonly changeMinor?: number;
}

/** A sale without VAT whose figures are right unless the wish makes them wrong. */
export function salePayload(wish: SaleWish = {}) {
  const { saleId = randomUUID(), cashSessionId = 'no drawer', method = 'KHQR', quantity = 2, unitPriceMinor = 250, currency = 'USD' } = wish;
  const total = quantity * unitPriceMinor;
  return {
    saleId,
    cashSessionId,
    saleType: 'TAKEAWAY',
    receiptNumber: `R-${saleId}`,
    lines: [{ menuItemId: wish.menuItemId ?? 'coffee', name: wish.name ?? 'Coffee', category: null, quantity, unitPriceMinor, discountMinor: 0 }],
    totals: { subtotalMinor: total, discountMinor: 0, vatMinor: 0, grandTotalMinor: total },
    policy: NO_VAT,
    tender: { method, currency, receivedMinor: wish.receivedMinor ?? total, changeMinor: wish.changeMinor ?? 0 },
  };
}

export const NO_VAT = {
  vatEnabled: false,
  vatRatePercent: 0,
  fxRateKhrPerUsd: 4100,
  khrRoundingEnabled: true,
  khrRoundingMode: 'NEAREST',
  khrRoundingGranularity: 100,
};

export const menuItem = (menuItemId: string, changes: object = {}) => ({ menuItemId, name: 'Coffee', category: null, priceMinor: 250, ...changes });
