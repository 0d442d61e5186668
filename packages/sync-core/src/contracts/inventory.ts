import { z } from 'zod';
import { defineContract } from '../module-contract.ts';
import { adjustQuantity, deviceMadeId, reason, restockQuantity } from './fields.ts';

export const inventoryRestockPayload = z.strictObject({ movementId: deviceMadeId, stockItemId: deviceMadeId, quantity: restockQuantity, reason });
export const inventoryAdjustPayload = z.strictObject({ movementId: deviceMadeId, stockItemId: deviceMadeId, quantity: adjustQuantity, reason });

export const inventoryContract = defineContract({
  module: 'inventory',
  kinds: { 'inventory.stock': { scope: 'branch' } },
  operations: {
    'inventory.restock': { offline: false, scope: 'branch', permission: 'inventory.restock', payload: inventoryRestockPayload },
    'inventory.adjust': { offline: false, scope: 'branch', permission: 'inventory.adjust', payload: inventoryAdjustPayload },
  },
  failures: ['inventory.ALREADY_EXISTS'],
});
