import { inventoryContract } from '@modula/sync-core/contracts';
import { plug, type PluggedModule } from '../../engine/plug.ts';
import { adjust } from './adjust.ts';
import { restock } from './restock.ts';

export function inventoryModule(): PluggedModule {
  return plug(inventoryContract, { 'inventory.restock': restock, 'inventory.adjust': adjust });
}
