import type { IncomingMessage } from 'node:http';

export type Body = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'too-large' };

/** How much of a refused body is read and thrown away: a client that is still sending would not see an earlier answer. */
const MAX_DISCARDED_BYTES = 16_777_216;

/** The whole body, or that it is longer than `maxBytes`, whatever its header announced. Never keeps more than `maxBytes`. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Body> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of bytesOf(request)) {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
    else chunks.length = 0;
    if (size > MAX_DISCARDED_BYTES) break;
  }
  return size > maxBytes ? { kind: 'too-large' } : { kind: 'text', text: Buffer.concat(chunks, size).toString('utf8') };
}

/** True when the header alone says that the body is too long. */
export function announcesMoreThan(request: IncomingMessage, maxBytes: number): boolean {
  return Number(request.headers['content-length'] ?? 0) > maxBytes;
}

/** Without an encoding set, a request yields buffers. It is not destroyed when reading stops: the answer must still go out. */
function bytesOf(request: IncomingMessage): AsyncIterable<Buffer> {
  return request.iterator({ destroyOnReturn: false });
}
