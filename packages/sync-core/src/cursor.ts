import { hmacSha256 } from '#sha256';
import { decodeBase64Url, encodeBase64Url } from './base64url.ts';
import { parseBranchId, parseTenantId, type BranchId, type TenantId } from './ids.ts';

/** Where a device is in a stream (P3). `baseSeq` is the head when this bootstrap began: a bootstrap under way is not behind the horizon. */
export interface CursorFields {
  readonly tenantId: TenantId;
  readonly branchId: BranchId;
  readonly epoch: number;
  readonly seq: number;
  readonly baseSeq: number;
  /** 32 hex digits, from `parseScopes`. */
  readonly scopeHash: string;
}

export interface CursorKey {
  /** 0 to 255, carried in the token, so that keys can rotate. */
  readonly id: number;
  readonly secret: string;
}

export interface CursorKeys {
  readonly current: CursorKey;
  /** Keys of tokens that are still about, beside the current one. */
  readonly accepted: readonly CursorKey[];
}

export type DecodedCursor = { readonly kind: 'ok'; readonly fields: CursorFields } | { readonly kind: 'malformed' };

// version 1 · key id 1 · tenant 16 · branch 16 · epoch 7 · seq 7 · baseSeq 7 · scope hash 16 · mac 16.
// 87 bytes are 29 groups of three: 116 letters with no padding bits, so no second spelling of a token passes.
const VERSION = 1;
const AT = { version: 0, keyId: 1, tenantId: 2, branchId: 18, epoch: 34, seq: 41, baseSeq: 48, scopeHash: 55, mac: 71, end: 87 } as const;
const TOKEN_LETTERS = (AT.end / 3) * 4;
const MALFORMED: DecodedCursor = { kind: 'malformed' };

/** Seals the fields with the current key. Throws on fields that no stream can have: that is a fault of the caller. */
export function encodeCursor(fields: CursorFields, keys: CursorKeys): string {
  const bytes = new Uint8Array(AT.end);
  bytes[AT.version] = VERSION;
  bytes[AT.keyId] = byte(keys.current.id);
  writeHex(bytes, AT.tenantId, fields.tenantId.replaceAll('-', ''));
  writeHex(bytes, AT.branchId, fields.branchId.replaceAll('-', ''));
  writeInteger(bytes, AT.epoch, fields.epoch);
  writeInteger(bytes, AT.seq, fields.seq);
  writeInteger(bytes, AT.baseSeq, fields.baseSeq);
  writeHex(bytes, AT.scopeHash, fields.scopeHash);
  bytes.set(mac(keys.current, bytes), AT.mac);
  return encodeBase64Url(bytes);
}

/** Opens a token from the wire. Never throws: anything that this service did not seal is malformed. */
export function decodeCursor(token: string, keys: CursorKeys): DecodedCursor {
  if (token.length !== TOKEN_LETTERS) return MALFORMED;
  const bytes = decodeBase64Url(token);
  if (bytes === null || bytes[AT.version] !== VERSION) return MALFORMED;
  const key = [keys.current, ...keys.accepted].find((candidate) => candidate.id === bytes[AT.keyId]);
  if (key === undefined || !sameBytes(mac(key, bytes), bytes.subarray(AT.mac))) return MALFORMED;
  const tenantId = parseTenantId(readUuid(bytes, AT.tenantId));
  const branchId = parseBranchId(readUuid(bytes, AT.branchId));
  const epoch = readInteger(bytes, AT.epoch);
  const seq = readInteger(bytes, AT.seq);
  const baseSeq = readInteger(bytes, AT.baseSeq);
  if (tenantId === null || branchId === null || epoch === null || seq === null || baseSeq === null) return MALFORMED;
  return { kind: 'ok', fields: { tenantId, branchId, epoch, seq, baseSeq, scopeHash: readHex(bytes, AT.scopeHash, AT.mac) } };
}

function mac(key: CursorKey, bytes: Uint8Array): Uint8Array {
  return hmacSha256(key.secret, bytes.subarray(0, AT.mac)).subarray(0, AT.end - AT.mac);
}

/** Compares in constant time, so that a forger learns nothing from how long a refusal takes. */
function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  let difference = left.length ^ right.length;
  for (let at = 0; at < left.length; at += 1) difference |= (left[at] ?? 0) ^ (right[at] ?? 0);
  return difference === 0;
}

function byte(value: number): number {
  if (!Number.isInteger(value) || value < 0 || value > 255) throw new RangeError(`cursor key id ${value} is not a byte`);
  return value;
}

function writeHex(bytes: Uint8Array, at: number, hex: string): void {
  if (!/^[0-9a-f]{32}$/.test(hex)) throw new TypeError('not 32 lower-case hex digits');
  for (let index = 0; index < 16; index += 1) bytes[at + index] = Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16);
}

function readHex(bytes: Uint8Array, from: number, to: number): string {
  return Array.from(bytes.subarray(from, to), (value) => value.toString(16).padStart(2, '0')).join('');
}

function readUuid(bytes: Uint8Array, at: number): string {
  const hex = readHex(bytes, at, at + 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Seven bytes, high one first. Bit operators stop at 32 bits, so this divides. */
function writeInteger(bytes: Uint8Array, at: number, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is not an integer from 0 to 2^53 - 1`);
  let rest = value;
  for (let index = 6; index >= 0; index -= 1) {
    bytes[at + index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}

function readInteger(bytes: Uint8Array, at: number): number | null {
  let value = 0;
  for (const digit of bytes.subarray(at, at + 7)) value = value * 256 + digit;
  return Number.isSafeInteger(value) ? value : null;
}
