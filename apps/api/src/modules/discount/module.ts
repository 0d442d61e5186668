import { discountContract } from '@modula/sync-core/contracts';
import { plug, type PluggedModule } from '../../engine/plug.ts';
import { removeDiscount } from './remove.ts';
import { upsertDiscount } from './upsert.ts';

export function discountModule(): PluggedModule {
  return plug(discountContract, { 'discount.upsert': upsertDiscount, 'discount.remove': removeDiscount });
}
