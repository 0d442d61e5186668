import { createHash, createHmac } from 'node:crypto';

// Node's side of `#sha256`. The portable side must answer the same to the byte; sha256.test.ts holds them together.

export function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

export function hmacSha256(secret: string, message: Uint8Array): Uint8Array {
  return createHmac('sha256', secret).update(message).digest();
}
