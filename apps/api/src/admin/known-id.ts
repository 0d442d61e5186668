import {
  parseActorId,
  parseBranchId,
  parseDeviceId,
  parseTenantId,
  type ActorId,
  type BranchId,
  type DeviceId,
  type TenantId,
} from '@modula/sync-core';

/** Ids that come from our own columns or generators: text that is not a UUID there is a fault, not a refusal. */
export const knownTenantId = (text: string): TenantId => known(parseTenantId(text), text);
export const knownBranchId = (text: string): BranchId => known(parseBranchId(text), text);
export const knownActorId = (text: string): ActorId => known(parseActorId(text), text);
export const knownDeviceId = (text: string): DeviceId => known(parseDeviceId(text), text);

function known<Id>(id: Id | null, text: string): Id {
  if (id === null) throw new TypeError(`not a UUID: ${text}`);
  return id;
}
