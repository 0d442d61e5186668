import { z } from 'zod';
import { defineContract } from '../module-contract.ts';
import { amountMinor, deviceMadeId, name } from './fields.ts';

export const menuUpsertItemPayload = z.strictObject({
  menuItemId: deviceMadeId,
  name,
  category: name.nullable(),
  priceMinor: amountMinor,
  stockItemId: deviceMadeId.nullable().exactOptional(),
  active: z.boolean().exactOptional(),
});
export const menuRemoveItemPayload = z.strictObject({ menuItemId: deviceMadeId });
export const menuUpsertCategoryPayload = z.strictObject({
  categoryId: deviceMadeId,
  name,
  position: z.int().min(-1_000_000).max(1_000_000),
});
export const menuRemoveCategoryPayload = z.strictObject({ categoryId: deviceMadeId });

export const menuContract = defineContract({
  module: 'menu',
  kinds: { 'menu.item': { scope: 'tenant' }, 'menu.category': { scope: 'tenant' } },
  operations: {
    'menu.upsertItem': { offline: false, scope: 'tenant', permission: 'menu.edit', payload: menuUpsertItemPayload },
    'menu.removeItem': { offline: false, scope: 'tenant', permission: 'menu.edit', payload: menuRemoveItemPayload },
    'menu.upsertCategory': { offline: false, scope: 'tenant', permission: 'menu.edit', payload: menuUpsertCategoryPayload },
    'menu.removeCategory': { offline: false, scope: 'tenant', permission: 'menu.edit', payload: menuRemoveCategoryPayload },
  },
  failures: ['menu.NOT_FOUND'],
});
