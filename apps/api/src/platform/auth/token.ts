import { parseActorId, parseDeviceId, parseTenantId, type ActorId, type DeviceId, type TenantId } from '@modula/sync-core';
import { secretHash } from '../../admin/secrets/token.ts';
import { uuidText } from '../../admin/secrets/uuid-bytes.ts';

/** A bearer token taken apart. Whether it is valid only the database knows. */
export type BearerToken =
  | { readonly kind: 'device'; readonly tenantId: TenantId; readonly deviceId: DeviceId; readonly hash: string }
  | { readonly kind: 'actor'; readonly tenantId: TenantId; readonly actorId: ActorId; readonly hash: string }
  | { readonly kind: 'support'; readonly hash: string };

const SECRET_BYTES = 32;
const ID_BYTES = 16;
const PREFIX_LETTERS = 4;
const MAX_LETTERS = 200;

/** Null for anything that cannot be a token of this service, without a word about why. */
export function parseBearerToken(token: string): BearerToken | null {
  if (token.length > MAX_LETTERS) return null;
  const bytes = Buffer.from(token.slice(PREFIX_LETTERS), 'base64url');
  const hash = secretHash(token);
  const prefix = token.slice(0, PREFIX_LETTERS);
  if (prefix === 'mst_') return bytes.length === SECRET_BYTES ? { kind: 'support', hash } : null;
  if (bytes.length !== ID_BYTES * 2 + SECRET_BYTES) return null;
  const tenantId = parseTenantId(uuidText(bytes.subarray(0, ID_BYTES)));
  const ownerId = uuidText(bytes.subarray(ID_BYTES, ID_BYTES * 2));
  if (tenantId === null) return null;
  if (prefix === 'mdt_') return deviceToken(tenantId, parseDeviceId(ownerId), hash);
  if (prefix === 'mat_') return actorToken(tenantId, parseActorId(ownerId), hash);
  return null;
}

function deviceToken(tenantId: TenantId, deviceId: DeviceId | null, hash: string): BearerToken | null {
  return deviceId === null ? null : { kind: 'device', tenantId, deviceId, hash };
}

function actorToken(tenantId: TenantId, actorId: ActorId | null, hash: string): BearerToken | null {
  return actorId === null ? null : { kind: 'actor', tenantId, actorId, hash };
}
