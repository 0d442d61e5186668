import type { HttpBindings } from '@hono/node-server';
import { TRPCError, type AnyTRPCRouter } from '@trpc/server';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Caller } from '../routers/caller.ts';
import { errorShape } from '../routers/errors/error-shape.ts';
import { toSyncError } from '../routers/errors/sync-error.ts';
import { COMMON_HEADERS, MAX_BATCHED_CALLS, MAX_BODY_BYTES } from './request-limits.ts';

type Env = { Bindings: HttpBindings; Variables: { caller: Caller } };

/** What tRPC is asked with. Any other method stops at the door: past it, the body of one without a body is a fault of the service. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST']);

export interface GeneralPathOptions {
  readonly router: AnyTRPCRouter;
  readonly callerOf: (request: HttpBindings['incoming']) => Caller;
  readonly surprised: (error: unknown, about: { readonly path: string; readonly requestId: string }) => void;
}

/** Everything under /trpc that the fast path does not take: batches, streams, subscriptions, the console. */
export function createGeneralPath({ router, callerOf, surprised }: GeneralPathOptions): Hono<Env> {
  const app = new Hono<Env>();
  app.use(async (c, next) => {
    c.set('caller', callerOf(c.env.incoming));
    await next();
    for (const [name, value] of Object.entries(COMMON_HEADERS)) c.res.headers.set(name, value);
  });
  app.use('/trpc/*', async (c, next) => {
    if (!METHODS.has(c.req.method)) return refuse(c.get('caller'), 'METHOD_NOT_SUPPORTED');
    if (!isPlainJson(c.req.raw)) return refuse(c.get('caller'), 'UNSUPPORTED_MEDIA_TYPE');
    return await next();
  });
  const tooLarge = (c: Context<Env>) => refuse(c.get('caller'), 'PAYLOAD_TOO_LARGE');
  app.use('/trpc/*', bodyLimit({ maxSize: MAX_BODY_BYTES, onError: tooLarge }));
  app.all('/trpc/*', (c) =>
    fetchRequestHandler({
      endpoint: '/trpc',
      req: c.req.raw,
      router,
      createContext: () => c.get('caller'),
      // A query whose input does not fit into a URL may be sent as a POST.
      allowMethodOverride: true,
      maxBatchSize: MAX_BATCHED_CALLS,
      onError: ({ error, path }) => surprised(error, { path: path ?? c.req.path, requestId: c.get('caller').requestId }),
    }),
  );
  app.notFound((c) => refuse(c.get('caller'), 'NOT_FOUND'));
  app.onError((error, c) => {
    const caller = c.get('caller');
    surprised(error, { path: c.req.path, requestId: caller.requestId });
    return answer(caller, error);
  });
  return app;
}

/** A compressed body may be a thousand times larger than it looks, so none is taken. A GET has no body. */
function isPlainJson({ method, headers }: Request): boolean {
  if ((headers.get('content-encoding') ?? 'identity') !== 'identity') return false;
  return method !== 'POST' || (headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() === 'application/json';
}

function refuse(caller: Caller, code: TRPCError['code']): Response {
  return answer(caller, new TRPCError({ code }));
}

function answer({ requestId }: Caller, error: unknown): Response {
  const shape = errorShape(toSyncError(error, requestId), undefined);
  return new Response(JSON.stringify({ error: shape }), {
    status: shape.data.httpStatus,
    headers: { 'content-type': 'application/json', ...(shape.data.httpStatus === 413 ? { connection: 'close' } : {}) },
  });
}
