import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What becomes of a request: `drop-request`, no node ever sees it; `drop-reply`, a node answered it and the answer is lost;
 * `send-twice`, an impatient network hands it to every node at once and passes the last answer.
 */
export type RequestFault = 'drop-request' | 'drop-reply' | 'send-twice';

export interface HttpProxy {
  readonly url: string;
  readonly happened: readonly RequestFault[];
  /** Lays faults out for the next requests, one each. */
  onRequest(...faults: readonly RequestFault[]): void;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** A proxy between tills and the nodes of the service; requests go to the nodes in turn. */
export async function startHttpProxy(nodes: readonly string[]): Promise<HttpProxy> {
  const planned: RequestFault[] = [];
  const happened: RequestFault[] = [];
  let turn = 0;

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const fault = planned.shift() ?? null;
    if (fault !== null) happened.push(fault);
    if (fault === 'drop-request') return void request.socket.destroy();
    const targets = fault === 'send-twice' ? nodes : [nodes[turn++ % nodes.length] ?? ''];
    const answers = await Promise.all(targets.map((node) => forward(`${node}${request.url ?? ''}`, request, body)));
    const answer = answers.at(-1);
    if (fault === 'drop-reply' || answer === undefined) return void request.socket.destroy();
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(answer.text);
  }

  const server = createServer((request, response) => {
    pass(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    // Not a pipe: the server listens on a port.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    happened,
    onRequest: (...faults) => void planned.push(...faults),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  // A request without setEncoding yields buffers.
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

async function forward(url: string, { method = 'GET', headers }: IncomingMessage, body: string): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', authorization: headers.authorization ?? '' },
    ...(method === 'POST' ? { body } : {}),
  });
  return { status: response.status, text: await response.text() };
}
