import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

// `#sha256` wherever node:crypto is not: browsers, service workers. WebCrypto is asynchronous, and a till hashes inside a transaction.

export function sha256Hex(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

export function hmacSha256(secret: string, message: Uint8Array): Uint8Array {
  return hmac(sha256, utf8ToBytes(secret), message);
}
