import { createHmac, timingSafeEqual } from 'node:crypto';

/** `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`. The time is signed too, so that an old delivery can't be played again. */
export function signBody(secret: string, body: string, atMs: number): string {
  const seconds = Math.floor(atMs / 1000);
  return `t=${seconds},v1=${digest(secret, seconds, body)}`;
}

/** How a receiver checks a delivery. `toleranceMs`: how old it may be. */
export function verifySignature(
  secret: string,
  delivery: { readonly header: string; readonly body: string },
  { nowMs, toleranceMs }: { readonly nowMs: number; readonly toleranceMs: number },
): boolean {
  const match = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(delivery.header);
  if (match === null) return false;
  const seconds = Number(match[1]);
  if (Math.abs(nowMs - seconds * 1000) > toleranceMs) return false;
  return timingSafeEqual(Buffer.from(match[2] ?? '', 'hex'), Buffer.from(digest(secret, seconds, delivery.body), 'hex'));
}

function digest(secret: string, seconds: number, body: string): string {
  return createHmac('sha256', secret).update(`${seconds}.${body}`, 'utf8').digest('hex');
}
