import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import { mayReadMetrics } from './metrics-access.ts';
import { COMMON_HEADERS } from './request-limits.ts';

export interface OperationsPagesOptions {
  /** Whether the database answers and its schema is current. */
  readonly ready: () => Promise<boolean>;
  readonly registry: Registry;
  readonly metricsToken: string | null;
}

type Page = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** /healthz, /readyz and /metrics (contract, section 6). */
export function operationsPages({ ready, registry, metricsToken }: OperationsPagesOptions): ReadonlyMap<string, Page> {
  return new Map<string, Page>([
    ['/healthz', (_request, response) => text(response, 200, 'alive\n')],
    ['/readyz', async (_request, response) => ((await ready()) ? text(response, 200, 'ready\n') : text(response, 503, 'not ready\n'))],
    [
      '/metrics',
      async (request, response) => {
        if (!mayReadMetrics(request, metricsToken)) return await text(response, 403, 'not for you\n');
        await text(response, 200, await registry.metrics(), registry.contentType);
      },
    ],
  ]);
}

function text(response: ServerResponse, status: number, body: string, contentType = 'text/plain; charset=utf-8'): Promise<void> {
  response.writeHead(status, { ...COMMON_HEADERS, 'content-type': contentType });
  response.end(body);
  return Promise.resolve();
}
