import { saleContract } from '@modula/sync-core/contracts';
import { plug, type PluggedModule } from '../../engine/plug.ts';
import { finalizeSale } from './finalize.ts';
import type { SalePorts } from './ports-of-sale.ts';
import { voidSale } from './void.ts';

export function saleModule(ports: SalePorts): PluggedModule {
  return plug(saleContract, { 'sale.finalize': finalizeSale(ports), 'sale.void': voidSale(ports) });
}
