import { parseTenantId, type TenantId } from '@modula/sync-core';
import { decodeBase32, encodeBase32 } from './base32.ts';
import { secretHash, type MintedSecret } from './token.ts';
import { uuidBytes, uuidText } from './uuid-bytes.ts';

const TENANT_BYTES = 16;
const SECRET_BYTES = 10;

export interface ParsedEnrolmentCode {
  readonly tenantId: TenantId;
  readonly hash: string;
}

/** base32(tenant ‖ secret) in groups of six: `ABCDEF-GHIJKL-…`. */
export function mintEnrolmentCode(tenantId: TenantId, randomBytes: (length: number) => Uint8Array): MintedSecret {
  const digits = encodeBase32(Buffer.concat([uuidBytes(tenantId), randomBytes(SECRET_BYTES)]));
  const groups = digits.match(/.{1,6}/g) ?? [];
  return { secret: groups.join('-'), hash: secretHash(digits) };
}

/** Reads what a person typed: any case, with or without dashes and blanks. Null when it cannot be a code. */
export function parseEnrolmentCode(text: string): ParsedEnrolmentCode | null {
  if (text.length > 100) return null;
  const digits = text.toUpperCase().replaceAll(/[\s-]/g, '');
  const bytes = decodeBase32(digits);
  if (bytes === null || bytes.length !== TENANT_BYTES + SECRET_BYTES) return null;
  const tenantId = parseTenantId(uuidText(bytes.subarray(0, TENANT_BYTES)));
  return tenantId === null ? null : { tenantId, hash: secretHash(digits) };
}
