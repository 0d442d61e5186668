import { sha256Hex, type ActorId, type DeviceId, type TenantId } from '@modula/sync-core';
import { uuidBytes } from './uuid-bytes.ts';

const SECRET_BYTES = 32;

/** A secret and the only form of it that is stored. */
export interface MintedSecret {
  readonly secret: string;
  /** SHA-256, lower-case hex. */
  readonly hash: string;
}

type RandomBytes = (length: number) => Uint8Array;

/** `mdt_` + base64url(tenant ‖ device ‖ secret). It carries its tenant, so that checking it needs no look-up across tenants. */
export function mintDeviceToken(tenantId: TenantId, deviceId: DeviceId, randomBytes: RandomBytes): MintedSecret {
  return mint('mdt_', [uuidBytes(tenantId), uuidBytes(deviceId), randomBytes(SECRET_BYTES)]);
}

/** `mat_` + base64url(tenant ‖ actor ‖ secret). */
export function mintActorToken(tenantId: TenantId, actorId: ActorId, randomBytes: RandomBytes): MintedSecret {
  return mint('mat_', [uuidBytes(tenantId), uuidBytes(actorId), randomBytes(SECRET_BYTES)]);
}

/** `mst_` + base64url(secret): a support person's session. */
export function mintSupportToken(randomBytes: RandomBytes): MintedSecret {
  return mint('mst_', [randomBytes(SECRET_BYTES)]);
}

/** How any token is looked up: tokens are long random strings, so a plain hash cannot be guessed back. */
export function secretHash(secret: string): string {
  return sha256Hex(secret);
}

function mint(prefix: string, parts: readonly Uint8Array[]): MintedSecret {
  const secret = prefix + Buffer.concat(parts).toString('base64url');
  return { secret, hash: secretHash(secret) };
}
