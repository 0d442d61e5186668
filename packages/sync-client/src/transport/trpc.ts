import type { AppRouter } from '@modula/api/router';
import { createTRPCClientProxy, createTRPCUntypedClient, httpLink, httpSubscriptionLink, splitLink, type TRPCUntypedClient } from '@trpc/client';
import { EventSource } from 'eventsource';
import { directAnswerOf } from './direct-answer.ts';
import { failureOf } from './failure.ts';
import type { Answer, Transport } from './port.ts';

export interface TrpcTransportOptions {
  /** The service's address, without `/trpc`. */
  readonly url: string;
  /** A device or an actor token. */
  readonly token: string;
  /** A request without an answer for this long counts as lost. */
  readonly requestTimeoutMs: number;
}

/** The network of a real till: one HTTP request per call, one SSE connection for nudges. */
export function createTrpcTransport(options: TrpcTransportOptions): Transport {
  const untyped = openClient(options);
  const client = createTRPCClientProxy<AppRouter>(untyped);
  const closing = new AbortController();
  const limits = (signal: AbortSignal | undefined) => ({
    signal: AbortSignal.any([closing.signal, AbortSignal.timeout(options.requestTimeoutMs), ...(signal ? [signal] : [])]),
  });

  return {
    push: (operations, signal) => answer(() => client.sync.push.mutate({ operations: [...operations] }, limits(signal))),
    pull: (request, signal) =>
      answer(() => client.sync.pull.query({ ...request, moduleScopes: [...request.moduleScopes] }, limits(signal))),
    outcomes: (clientOpIds, signal) =>
      answer(async () => (await client.sync.operations.query({ clientOpIds: [...clientOpIds] }, limits(signal))).results),
    direct: (type, call, signal) => answer(async () => directAnswerOf(await untyped.mutation(type, call, limits(signal)))),
    nudges(branchId, listener) {
      const subscription = client.sync.nudges.subscribe({ branchId }, {
        onData: ({ data }) => listener.onHead(data.head),
        onConnectionStateChange: ({ state }) => listener.onConnected(state === 'pending'),
      });
      return () => subscription.unsubscribe();
    },
    close: () => closing.abort(),
  };
}

async function answer<Value>(call: () => Promise<Value>): Promise<Answer<Value>> {
  try {
    return { kind: 'ok', value: await call() };
  } catch (error) {
    return failureOf(error);
  }
}

function openClient({ url, token }: TrpcTransportOptions): TRPCUntypedClient<AppRouter> {
  const endpoint = `${url.replace(/\/+$/, '')}/trpc`;
  const authorization = `Bearer ${token}`;
  return createTRPCUntypedClient<AppRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === 'subscription',
        true: httpSubscriptionLink({
          url: endpoint,
          // Node has no EventSource, and the browser's own cannot send the token.
          EventSource,
          eventSourceOptions: () => ({
            fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, authorization } }),
          }),
        }),
        false: httpLink({ url: endpoint, headers: { authorization } }),
      }),
    ],
  });
}
