import { randomBytes, randomUUID } from 'node:crypto';

/** UUID version 7: ordered by time, so that rows made together lie together in an index. */
export function uuidV7(nowMs: number, random: Uint8Array): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(nowMs, 0, 6);
  bytes.set(random.subarray(0, 10), 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

export interface Randomness {
  uuid(): string;
  /** From a cryptographic source: tokens, codes, salts. */
  bytes(length: number): Uint8Array;
  /** Uniform in [0, 1): jitter only. */
  fraction(): number;
  /** Names a request or a node. Not ordered. */
  shortId(): string;
}

export function systemRandomness(nowMs: () => number): Randomness {
  return {
    uuid: () => uuidV7(nowMs(), randomBytes(10)),
    bytes: (length) => randomBytes(length),
    fraction: () => Math.random(),
    shortId: () => randomUUID(),
  };
}
