import { z } from 'zod';
import { defineContract, type Amount } from '../module-contract.ts';
import { amountMinor, deviceMadeId, reason, signedAmountMinor } from './fields.ts';

export const cashSessionOpenPayload = z.strictObject({ cashSessionId: deviceMadeId, openingFloatMinor: amountMinor });

/** Only an adjustment may take money out by its sign; paid in and paid out say the direction in their name. */
export const cashSessionMovementPayload = z
  .strictObject({
    movementId: deviceMadeId,
    cashSessionId: deviceMadeId,
    kind: z.enum(['PAID_IN', 'PAID_OUT', 'ADJUSTMENT']),
    amountMinor: signedAmountMinor,
    reason,
  })
  .refine((payload) => payload.kind === 'ADJUSTMENT' || payload.amountMinor > 0, {
    path: ['amountMinor'],
    message: 'must be above zero for PAID_IN and PAID_OUT',
  });

export const cashSessionClosePayload = z.strictObject({ cashSessionId: deviceMadeId, countedMinor: amountMinor });

export const cashSessionContract = defineContract({
  module: 'cashSession',
  kinds: { 'cashSession.session': { scope: 'branch' }, 'cashSession.movement': { scope: 'branch' } },
  operations: {
    'cashSession.open': { offline: true, scope: 'branch', permission: 'cashSession.open', payload: cashSessionOpenPayload },
    'cashSession.movement': {
      offline: true,
      scope: 'branch',
      permission: 'cashSession.movement',
      payload: cashSessionMovementPayload,
      amount: (payload: z.infer<typeof cashSessionMovementPayload>): Amount => ({ amountMinor: Math.abs(payload.amountMinor), currency: 'USD' }),
    },
    'cashSession.close': { offline: true, scope: 'branch', permission: 'cashSession.close', payload: cashSessionClosePayload },
  },
  failures: ['cashSession.ALREADY_OPEN', 'cashSession.ALREADY_EXISTS', 'cashSession.NOT_FOUND', 'cashSession.NOT_OPEN'],
});
