import type { IncomingMessage } from 'node:http';

export type Body = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'too-large' };

/**
 * The whole body, or that it is longer than `maxBytes`: then reading stops at once, whatever the header announced, and
 * what still arrives is thrown away by the server.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Body> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return { kind: 'too-large' };
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of bytesOf(request)) {
    size += chunk.length;
    if (size > maxBytes) return { kind: 'too-large' };
    chunks.push(chunk);
  }
  return { kind: 'text', text: Buffer.concat(chunks, size).toString('utf8') };
}

/** Without an encoding set, a request yields buffers. It is not destroyed when reading stops: the answer must still go out. */
function bytesOf(request: IncomingMessage): AsyncIterable<Buffer> {
  return request.iterator({ destroyOnReturn: false });
}
