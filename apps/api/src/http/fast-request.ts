import type { IncomingMessage } from 'node:http';
import type { FastProcedure } from '../routers/fast-procedures.ts';

/** A request that needs nothing of tRPC's machinery: one call, plain or as a batch of one, answered in one piece. */
export interface FastRequest {
  readonly path: string;
  readonly procedure: FastProcedure;
  readonly batched: boolean;
  /** The input of a GET as it stands in the URL; null for a POST, whose input is its body. */
  readonly urlInput: string | null;
}

const PREFIX = '/trpc/';

/** Null for whatever is not such a request: the general path answers that, refusals included. */
export function readFastRequest(request: IncomingMessage, procedures: ReadonlyMap<string, FastProcedure>): FastRequest | null {
  const url = request.url ?? '';
  if (!url.startsWith(PREFIX) || wantsStream(request)) return null;
  const [path, search] = splitOnce(url.slice(PREFIX.length), '?');
  const procedure = procedures.get(path);
  if (procedure === undefined) return null;
  const params = new URLSearchParams(search);
  const batched = params.get('batch') === '1';
  if (request.method === 'POST') return isPlainJson(request) ? { path, procedure, batched, urlInput: null } : null;
  if (request.method === 'GET' && procedure.type === 'query') return { path, procedure, batched, urlInput: params.get('input') ?? '' };
  return null;
}

function wantsStream(request: IncomingMessage): boolean {
  return request.headers['trpc-accept'] !== undefined || (request.headers.accept ?? '').includes('application/jsonl');
}

function isPlainJson(request: IncomingMessage): boolean {
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0] ?? '';
  return type.trim().toLowerCase() === 'application/json' && (request.headers['content-encoding'] ?? 'identity') === 'identity';
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
