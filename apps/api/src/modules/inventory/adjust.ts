import type { PayloadOf } from '@modula/sync-core/contracts';
import type { Handler } from '../../engine/plug.ts';
import { moveByHand } from './move-by-hand.ts';

/** A correction after a count, a breakage, a loss: `quantity` carries its own sign. */
export const adjust: Handler<PayloadOf<'inventory.adjust'>> = moveByHand('ADJUST');
