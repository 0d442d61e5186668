import { menuContract } from '@modula/sync-core/contracts';
import { plug, type PluggedModule } from '../../engine/plug.ts';
import type { StockLedger } from '../ports.ts';
import { removeCategory } from './remove-category.ts';
import { removeItem } from './remove-item.ts';
import { upsertCategory } from './upsert-category.ts';
import { upsertItem } from './upsert-item.ts';

export function menuModule({ stock }: { readonly stock: StockLedger }): PluggedModule {
  return plug(menuContract, {
    'menu.upsertItem': upsertItem(stock),
    'menu.removeItem': removeItem,
    'menu.upsertCategory': upsertCategory,
    'menu.removeCategory': removeCategory,
  });
}
