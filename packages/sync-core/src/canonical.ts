import canonicalize from 'canonicalize';
import { sha256Hex } from '#sha256';
import { checkJson, type JsonFault } from './check-json.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { LIMITS } from './limits.ts';
import { checkText, utf8Bytes } from './text.ts';

/**
 * RFC 8785 text of a value. The value must have passed `checkJson`: the serializer recurses, and throws on a lone surrogate.
 * JSON.stringify already writes numbers and strings as RFC 8785 asks; only the order of keys is ours. What JSON.stringify can't be
 * trusted with (keys that JavaScript orders by itself, text that is not well-formed), the library writes as a whole. Against the library alone this takes a third of
 * the time on a sale (a property test holds the texts equal).
 */
export function canonicalJson(value: JsonValue): string {
  const ordered = inOrder(value);
  const text = ordered === DISORDERLY ? canonicalize(value) : JSON.stringify(ordered);
  if (text === undefined) throw new TypeError('not a JSON value');
  return text;
}

const DISORDERLY = Symbol('a value for the library');

/** A copy whose keys are enumerated in the order of their UTF-16 units, or DISORDERLY. */
function inOrder(value: JsonValue): JsonValue | typeof DISORDERLY {
  if (typeof value === 'string') return checkText(value) === 'BAD_UNICODE' ? DISORDERLY : value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : DISORDERLY;
  if (typeof value !== 'object' || value === null) return value;
  return isJsonObject(value) ? objectInOrder(value) : arrayInOrder(value);
}

function arrayInOrder(values: readonly JsonValue[]): JsonValue | typeof DISORDERLY {
  const items: JsonValue[] = [];
  for (const value of values) {
    const ordered = inOrder(value);
    if (ordered === DISORDERLY) return DISORDERLY;
    items.push(ordered);
  }
  return items;
}

function objectInOrder(value: JsonObject): JsonObject | typeof DISORDERLY {
  const copy: { [key: string]: JsonValue } = {};
  for (const key of Object.keys(value).sort()) {
    // Keys like array indices come first whatever the order of insertion, and __proto__ is no ordinary key.
    const item = value[key];
    if (item === undefined || startsWithDigit(key) || key === '__proto__' || checkText(key) === 'BAD_UNICODE') return DISORDERLY;
    const ordered = inOrder(item);
    if (ordered === DISORDERLY) return DISORDERLY;
    copy[key] = ordered;
  }
  return copy;
}

function startsWithDigit(key: string): boolean {
  const unit = key.charCodeAt(0);
  return unit >= 48 && unit <= 57;
}

/** Lower-case hex SHA-256 of the canonical JSON of a payload (G4). */
export function payloadHash(payload: JsonValue): string {
  return sha256Hex(canonicalJson(payload));
}

/** The payload hash, where the canonical text is at hand. */
export function hashOfCanonical(canonicalText: string): string {
  return sha256Hex(canonicalText);
}

export type CheckedPayload =
  | { readonly kind: 'ok'; readonly canonicalText: string; readonly hash: string }
  | { readonly kind: 'invalid'; readonly path: string; readonly reason: JsonFault['reason'] | 'TOO_LARGE' };

/** G6, the 64 KiB limit and the hash of G4 in one go. Size is that of the canonical text in UTF-8, so both sides count alike. */
export function checkPayload(payload: JsonObject): CheckedPayload {
  const fault = checkJson(payload);
  if (fault !== null) return { kind: 'invalid', ...fault };
  const canonicalText = canonicalJson(payload);
  // A UTF-16 unit is at most three bytes, so most texts need no counting.
  if (canonicalText.length * 3 > LIMITS.payloadBytes && utf8Bytes(canonicalText) > LIMITS.payloadBytes) {
    return { kind: 'invalid', path: '', reason: 'TOO_LARGE' };
  }
  return { kind: 'ok', canonicalText, hash: sha256Hex(canonicalText) };
}
