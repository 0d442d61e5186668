import { z } from 'zod';
import { defineContract, type Amount } from '../module-contract.ts';
import {
  amountMinor,
  deviceMadeId,
  fxRateKhrPerUsd,
  khrRoundingGranularity,
  khrRoundingMode,
  lineQuantity,
  name,
  percent,
  reason,
} from './fields.ts';

const line = z.strictObject({
  menuItemId: deviceMadeId,
  name,
  category: name.nullable(),
  quantity: lineQuantity,
  unitPriceMinor: amountMinor,
  discountMinor: amountMinor,
});

const totals = z.strictObject({
  subtotalMinor: amountMinor,
  discountMinor: amountMinor,
  vatMinor: amountMinor,
  grandTotalMinor: amountMinor,
});

const policySnapshot = z.strictObject({
  vatEnabled: z.boolean(),
  vatRatePercent: percent,
  fxRateKhrPerUsd,
  khrRoundingEnabled: z.boolean(),
  khrRoundingMode,
  khrRoundingGranularity,
});

const tender = z.strictObject({
  method: z.enum(['CASH', 'KHQR']),
  currency: z.enum(['USD', 'KHR']),
  receivedMinor: amountMinor,
  changeMinor: amountMinor,
});

/** A sale as the customer paid it (M1). */
export const saleFinalizePayload = z.strictObject({
  saleId: deviceMadeId,
  cashSessionId: deviceMadeId,
  saleType: z.enum(['DINE_IN', 'TAKEAWAY', 'DELIVERY']),
  receiptNumber: deviceMadeId,
  lines: z.array(line).min(1).max(500),
  totals,
  policy: policySnapshot,
  tender,
});

export const saleVoidPayload = z.strictObject({ saleId: deviceMadeId, reason });

export const saleContract = defineContract({
  module: 'sale',
  kinds: { 'sale.sale': { scope: 'branch' } },
  operations: {
    'sale.finalize': {
      offline: true,
      scope: 'branch',
      permission: 'sale.finalize',
      payload: saleFinalizePayload,
      amount: (payload: z.infer<typeof saleFinalizePayload>): Amount => ({ amountMinor: payload.totals.grandTotalMinor, currency: 'USD' }),
    },
    'sale.void': { offline: false, scope: 'branch', permission: 'sale.void', payload: saleVoidPayload },
  },
  failures: ['sale.TOTALS_MISMATCH', 'sale.CASH_SESSION_NOT_OPEN', 'sale.ALREADY_EXISTS', 'sale.NOT_FOUND', 'sale.ALREADY_VOIDED'],
});
