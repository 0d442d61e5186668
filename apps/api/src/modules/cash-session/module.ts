import { cashSessionContract } from '@modula/sync-core/contracts';
import { plug, type PluggedModule } from '../../engine/plug.ts';
import { closeSession } from './close.ts';
import { moveCash } from './movement.ts';
import { openSession } from './open.ts';

export function cashSessionModule(): PluggedModule {
  return plug(cashSessionContract, {
    'cashSession.open': openSession,
    'cashSession.movement': moveCash,
    'cashSession.close': closeSession,
  });
}
