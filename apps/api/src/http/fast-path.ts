import type { IncomingMessage, ServerResponse } from 'node:http';
import { isJsonObject, LIMITS } from '@modula/sync-core';
import { TRPCError } from '@trpc/server';
import type { Caller } from '../routers/caller.ts';
import { errorShape } from '../routers/errors/error-shape.ts';
import { toSyncError } from '../routers/errors/sync-error.ts';
import type { FastRequest } from './fast-request.ts';
import { readBody } from './read-body.ts';
import { COMMON_HEADERS, MAX_BODY_BYTES } from './request-limits.ts';

export interface FastPathOptions {
  /** Tells the log about a fault of the service. */
  readonly surprised: (error: unknown, about: { readonly path: string; readonly requestId: string }) => void;
}

/**
 * Answers as tRPC would, byte for byte in structure, but parses the body once and puts stored payloads into the answer as
 * the text they are (design decision 19). A test holds both paths equal.
 */
export async function answerFast(
  http: { readonly request: IncomingMessage; readonly response: ServerResponse },
  { call, caller }: { readonly call: FastRequest; readonly caller: Caller },
  { surprised }: FastPathOptions,
): Promise<void> {
  let status = 200;
  let text: string;
  try {
    const sent = inputOf(call, await inputText(http.request, call));
    text = `{"result":{"data":${await call.procedure.answer(caller, sent)}}}`;
  } catch (error) {
    const syncError = toSyncError(error, caller.requestId);
    surprised(error, { path: call.path, requestId: caller.requestId });
    const shape = errorShape(syncError, call.path);
    status = shape.data.httpStatus;
    text = JSON.stringify({ error: shape });
  }
  const body = Buffer.from(call.batched ? `[${text}]` : text, 'utf8');
  http.response.writeHead(status, {
    ...COMMON_HEADERS,
    'content-type': 'application/json',
    'content-length': body.length,
    // What was not read of a refused body must not be taken for the next request.
    ...(status === 413 ? { connection: 'close' } : {}),
    vary: 'trpc-accept, accept',
  });
  http.response.end(body);
}

async function inputText(request: IncomingMessage, call: FastRequest): Promise<string> {
  if (call.urlInput !== null) return call.urlInput;
  // Alone, the body is the procedure's input and nothing else; tRPC's batches put a few bytes around it.
  const body = await readBody(request, call.batched ? MAX_BODY_BYTES : LIMITS.pushBytes);
  if (body.kind === 'too-large') throw new TRPCError({ code: 'PAYLOAD_TOO_LARGE' });
  return body.text;
}

function inputOf(call: FastRequest, text: string): unknown {
  const value = parseJson(text);
  if (!call.batched) return value;
  if (value === undefined) return undefined;
  if (!isJsonObject(value)) throw new TRPCError({ code: 'BAD_REQUEST' });
  return value['0'];
}

/** No text is no input. V8's parser does not recurse, so depth is no danger here; G6 is checked before anything walks the value. */
function parseJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new TRPCError({ code: 'BAD_REQUEST' });
  }
}
