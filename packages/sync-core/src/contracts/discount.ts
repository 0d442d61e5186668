import { z } from 'zod';
import { defineContract } from '../module-contract.ts';
import { deviceMadeId, name, percent } from './fields.ts';

export const discountUpsertPayload = z.strictObject({
  discountId: deviceMadeId,
  name,
  percent,
  appliesTo: z.enum(['ALL', 'ITEMS']),
  menuItemIds: z.array(deviceMadeId).max(1000).exactOptional(),
});
export const discountRemovePayload = z.strictObject({ discountId: deviceMadeId });

export const discountContract = defineContract({
  module: 'discount',
  kinds: { 'discount.rule': { scope: 'tenant' } },
  operations: {
    'discount.upsert': { offline: false, scope: 'tenant', permission: 'discount.edit', payload: discountUpsertPayload },
    'discount.remove': { offline: false, scope: 'tenant', permission: 'discount.edit', payload: discountRemovePayload },
  },
  failures: ['discount.NOT_FOUND'],
});
