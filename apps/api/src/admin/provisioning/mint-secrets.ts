import type { ActorId, DeviceId } from '@modula/sync-core';
import type { AdminPorts } from '../ports.ts';
import { mintEnrolmentCode } from '../secrets/enrolment-code.ts';
import { mintActorToken, mintDeviceToken, type MintedSecret } from '../secrets/token.ts';
import type { TenantPlan } from './plan.ts';

/** The tokens and codes a plan makes: for what is new, and where a new one was asked for. */
export interface PlanSecrets {
  readonly actorTokens: ReadonlyMap<ActorId, MintedSecret>;
  readonly deviceTokens: ReadonlyMap<DeviceId, MintedSecret>;
  readonly enrolmentCodes: ReadonlyMap<DeviceId, MintedSecret>;
}

export function mintSecrets(plan: TenantPlan, { randomBytes }: Pick<AdminPorts, 'randomBytes'>): PlanSecrets {
  const actorTokens = new Map<ActorId, MintedSecret>();
  const deviceTokens = new Map<DeviceId, MintedSecret>();
  const enrolmentCodes = new Map<DeviceId, MintedSecret>();
  for (const { newToken, after } of plan.actors) {
    if (newToken) actorTokens.set(after.actorId, mintActorToken(plan.tenantId, after.actorId, randomBytes));
  }
  for (const { newToken, after } of plan.devices) {
    if (!newToken) continue;
    deviceTokens.set(after.deviceId, mintDeviceToken(plan.tenantId, after.deviceId, randomBytes));
    enrolmentCodes.set(after.deviceId, mintEnrolmentCode(plan.tenantId, randomBytes));
  }
  return { actorTokens, deviceTokens, enrolmentCodes };
}
