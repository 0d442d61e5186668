import canonicalize from 'canonicalize';
import { sha256Hex } from '#sha256';
import { checkJson, type JsonFault } from './check-json.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { LIMITS } from './limits.ts';
import { utf8Bytes } from './text.ts';

/** RFC 8785 text of a value. The value must have passed `checkJson`: the serializer recurses, and throws on a lone surrogate. */
export function canonicalJson(value: JsonValue): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('not a JSON value');
  return text;
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
