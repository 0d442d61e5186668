import { Agent, request, type IncomingMessage } from 'node:http';

/**
 * A keep-alive client that costs the load generator as little as it can: bodies are prepared bytes,
 * answers are text that nobody parses unless asked.
 */
export interface HttpClient {
  mutate(path: string, body: Buffer): Promise<string>;
  query(path: string, input: unknown): Promise<string>;
  close(): void;
}

export function createHttpClient(baseUrl: string, options: { token: string; sockets?: number }): HttpClient {
  const agent = new Agent({ keepAlive: true, maxSockets: options.sockets ?? 1 });
  const { hostname, port } = new URL(baseUrl);
  const headers = { authorization: `Bearer ${options.token}`, 'content-type': 'application/json' };

  const send = (method: string, path: string, body: Buffer | null): Promise<string> =>
    new Promise((resolve, reject) => {
      const length = body === null ? {} : { 'content-length': body.length };
      const call = request({ agent, hostname, port, method, path, headers: { ...headers, ...length } }, (answer) => {
        readText(answer, (text) => {
          if (answer.statusCode === 200) resolve(text);
          else reject(new Error(`${method} ${path.slice(0, 80)} answered ${String(answer.statusCode)}: ${text.slice(0, 2000)}`));
        });
      });
      call.on('error', reject);
      call.end(body ?? undefined);
    });

  return {
    mutate: (path, body) => send('POST', `/trpc/${path}`, body),
    query: (path, input) => send('GET', `/trpc/${path}${input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`}`, null),
    close: () => agent.destroy(),
  };
}

function readText(answer: IncomingMessage, done: (text: string) => void): void {
  const chunks: Buffer[] = [];
  answer.on('data', (chunk: Buffer) => chunks.push(chunk));
  answer.on('end', () => done(Buffer.concat(chunks).toString('utf8')));
}
