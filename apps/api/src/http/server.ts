import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { AnyTRPCRouter } from '@trpc/server';
import { bearerOf } from '../platform/auth/authenticate.ts';
import type { Caller } from '../routers/caller.ts';
import { errorShape } from '../routers/errors/error-shape.ts';
import { isSurprise, toSyncError, type SyncError } from '../routers/errors/sync-error.ts';
import type { FastProcedure } from '../routers/fast-procedures.ts';
import { watchConnections } from './connections.ts';
import { answerFast } from './fast-path.ts';
import { readFastRequest } from './fast-request.ts';
import { createGeneralPath } from './general-path.ts';
import { operationsPages, type OperationsPagesOptions } from './operations-pages.ts';
import { announcesMoreThan, readBody } from './read-body.ts';
import { COMMON_HEADERS, MAX_BODY_BYTES, MAX_HEADER_BYTES } from './request-limits.ts';

const REQUEST_TIMEOUT_MS = 60_000;
const KEEP_ALIVE_MS = 65_000;

/** What came over a connection from before, while the service ends. */
const DRAINING: SyncError = {
  trpcCode: 'SERVICE_UNAVAILABLE',
  message: 'The service is restarting; try again.',
  sync: { code: 'SERVICE_UNAVAILABLE', retryAfterMs: 1_000 },
};

export interface HttpServerOptions extends OperationsPagesOptions {
  readonly router: AnyTRPCRouter;
  readonly fast: ReadonlyMap<string, FastProcedure>;
  readonly newRequestId: () => string;
  /** A fault of the service: the id is what the caller was given to quote. */
  readonly logSurprise: (error: unknown, about: { readonly path: string; readonly requestId: string }) => void;
}

export interface HttpServer {
  /** Starts to listen. Port 0 takes a free one. */
  listen(host: string, port: number): Promise<{ readonly url: string }>;
  /** Takes no new connections and resolves when the running requests are answered; after `graceMs` it stops waiting. */
  drain(graceMs: number): Promise<void>;
}

/** The HTTP front: pages for operators, a fast path for what tills call all day, tRPC for the rest. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const pages = operationsPages(options);
  const surprised: HttpServerOptions['logSurprise'] = (error, about) => {
    if (isSurprise(toSyncError(error, about.requestId))) options.logSurprise(error, about);
  };
  const callerOf = (request: IncomingMessage): Caller => ({
    bearer: bearerOf(request.headers.authorization),
    remoteAddress: request.socket.remoteAddress ?? 'unknown',
    requestId: options.newRequestId(),
  });
  const general = createGeneralPath({ router: options.router, callerOf, surprised });
  const answerGenerally = getRequestListener((request, env) => general.fetch(request, env), { overrideGlobalObjects: false });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const page = pages.get(request.url?.split('?', 1)[0] ?? '');
    if (page !== undefined) return await page(request, response);
    if (!server.listening) return refuse(response, DRAINING);
    const call = readFastRequest(request, options.fast);
    if (call === null && announcesMoreThan(request, MAX_BODY_BYTES)) {
      await readBody(request, 0);
      return refuse(response, { trpcCode: 'PAYLOAD_TOO_LARGE', message: 'The request is too large.', sync: { code: 'PAYLOAD_TOO_LARGE' } });
    }
    if (call === null) return await answerGenerally(request, response);
    await answerFast({ request, response }, { call, caller: callerOf(request) }, { surprised });
  }

  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS });
  const connections = watchConnections(server);
  server.on('request', (request, response) => {
    answer(request, response).catch((error: unknown) => {
      // The caller went away while it was sending, or an answer could not be written: there is nobody to tell but the log.
      if (!request.destroyed) options.logSurprise(error, { path: request.url ?? '', requestId: 'none' });
      response.destroy();
    });
  });

  return {
    listen: (host, port) => listen(server, host, port),
    drain: (graceMs) => connections.drain(graceMs),
  };
}

/** An answer to a request that no procedure sees. The connection ends with it. */
function refuse(response: ServerResponse, error: SyncError): void {
  const shape = errorShape(error, undefined);
  response.writeHead(shape.data.httpStatus, { ...COMMON_HEADERS, 'content-type': 'application/json', connection: 'close' });
  response.end(JSON.stringify({ error: shape }));
}

function listen(server: Server, host: string, port: number): Promise<{ readonly url: string }> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      // Not a pipe: the server was told a host and a port.
      const address = server.address() as AddressInfo;
      const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address;
      resolve({ url: `http://${shown}:${address.port}` });
    });
  });
}
