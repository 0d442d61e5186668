import { randomUUID } from 'node:crypto';
import { callDirect, type Shop } from './shop.ts';
import type { PayloadMaker } from './till.ts';

export interface Workload {
  readonly type: string;
  readonly payload: PayloadMaker;
}

const TRACKED_ITEMS = ['espresso', 'latte'] as const;

const policy = {
  vatEnabled: true,
  vatRatePercent: 10,
  fxRateKhrPerUsd: 4100,
  khrRoundingEnabled: true,
  khrRoundingMode: 'NEAREST',
  khrRoundingGranularity: 100,
};

/** A sale of two lines, both of tracked items, paid in cash: the busiest operation a till has. */
export const saleWorkload: Workload = {
  type: 'sale.finalize',
  payload: (till) => ({
    saleId: randomUUID(),
    cashSessionId: till.cashSessionId,
    saleType: 'TAKEAWAY',
    receiptNumber: `R-${till.nextDeviceSeq}`,
    lines: [
      { menuItemId: TRACKED_ITEMS[0], name: 'Espresso', category: 'Coffee', quantity: 1, unitPriceMinor: 250, discountMinor: 0 },
      { menuItemId: TRACKED_ITEMS[1], name: 'Latte', category: 'Coffee', quantity: 2, unitPriceMinor: 400, discountMinor: 0 },
    ],
    totals: { subtotalMinor: 1050, discountMinor: 0, vatMinor: 105, grandTotalMinor: 1155 },
    policy,
    tender: { method: 'CASH', currency: 'USD', receivedMinor: 1200, changeMinor: 45 },
  }),
};

/** A cash movement: one small entity of its own, and the session's. */
export const movementWorkload: Workload = {
  type: 'cashSession.movement',
  payload: (till) => ({
    movementId: randomUUID(),
    cashSessionId: till.cashSessionId,
    kind: 'PAID_IN',
    amountMinor: 100,
    reason: 'small change',
  }),
};

/** What the sales of a shop refer to: two tracked menu items, and a policy equal to the sale's snapshot in every branch. */
export async function stockShop(shop: Shop): Promise<void> {
  for (const [menuItemId, name, priceMinor] of [
    [TRACKED_ITEMS[0], 'Espresso', 250],
    [TRACKED_ITEMS[1], 'Latte', 400],
  ] as const) {
    await callDirect(shop, 'menu.upsertItem', {
      branchId: null,
      payload: { menuItemId, name, category: 'Coffee', priceMinor, stockItemId: `${menuItemId}-stock` },
    });
  }
  for (const branchId of shop.branchIds) {
    await callDirect(shop, 'policy.update', {
      branchId,
      payload: {
        saleVatEnabled: policy.vatEnabled,
        saleVatRatePercent: policy.vatRatePercent,
        saleFxRateKhrPerUsd: policy.fxRateKhrPerUsd,
        saleKhrRoundingEnabled: policy.khrRoundingEnabled,
        saleKhrRoundingMode: policy.khrRoundingMode,
        saleKhrRoundingGranularity: policy.khrRoundingGranularity,
      },
    });
  }
}
