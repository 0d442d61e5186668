import type { PayloadOf } from '@modula/sync-core/contracts';
import type { Handler } from '../../engine/plug.ts';
import { moveByHand } from './move-by-hand.ts';

/** Goods that came in. */
export const restock: Handler<PayloadOf<'inventory.restock'>> = moveByHand('RESTOCK');
