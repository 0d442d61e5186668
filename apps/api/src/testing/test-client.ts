import { createTRPCClient, httpBatchLink, httpLink, httpSubscriptionLink, splitLink } from '@trpc/client';
import { EventSource } from 'eventsource';
import type { AppRouter } from '../routers/index.ts';

export type TestClient = ReturnType<typeof testClient>;

/** A client as a till would have it: typed by the service, one request per call unless batching is asked for. */
export function testClient(url: string, token: string | null, options: { readonly batch?: boolean } = {}) {
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };
  const requests = { url: `${url}/trpc`, headers };
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === 'subscription',
        true: httpSubscriptionLink({
          url: `${url}/trpc`,
          EventSource,
          eventSourceOptions: () => ({ fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, ...headers } }) }),
        }),
        false: options.batch === true ? httpBatchLink(requests) : httpLink(requests),
      }),
    ],
  });
}
