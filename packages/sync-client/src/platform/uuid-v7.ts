import type { ClientRuntime } from './runtime.ts';

/** A UUID v7 (RFC 9562): its first 48 bits are the time, so that new ids stay together in the server's index. */
export function uuidV7(runtime: Pick<ClientRuntime, 'nowMs' | 'randomBytes'>): string {
  const tail = [...runtime.randomBytes(10)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const time = runtime.nowMs().toString(16).padStart(12, '0');
  const variant = ((Number.parseInt(tail.slice(3, 4), 16) & 0x3) | 0x8).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${tail.slice(0, 3)}-${variant}${tail.slice(4, 7)}-${tail.slice(7, 19)}`;
}
