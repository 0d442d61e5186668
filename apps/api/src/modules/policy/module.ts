import { policyContract } from '@modula/sync-core/contracts';
import { plug, type PluggedModule } from '../../engine/plug.ts';
import { updatePolicy } from './update.ts';

export function policyModule(): PluggedModule {
  return plug(policyContract, { 'policy.update': updatePolicy });
}
