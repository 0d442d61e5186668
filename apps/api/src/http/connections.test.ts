import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import net from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { watchConnections, type Connections } from './connections.ts';

/** Far beyond a test's patience: a drain that ends, ended by itself. */
const GRACE_MS = 600_000;

let server: Server;
let connections: Connections;
let port: number;
let sockets: net.Socket[];
/** Requests whose answer the test gives. */
let held: ServerResponse[];

beforeEach(async () => {
  sockets = [];
  held = [];
  server = createServer((request, response) => {
    request.resume();
    request.on('error', () => {});
    if (request.url === '/held') held.push(response);
    else request.on('end', () => response.end('answered'));
  });
  connections = watchConnections(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as net.AddressInfo).port;
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server.closeAllConnections();
  server.close();
});

async function connect(sent = ''): Promise<net.Socket> {
  const arrived = once(server, 'connection');
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => {});
  sockets.push(socket);
  await arrived;
  if (sent !== '') socket.write(sent);
  return socket;
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: test\r\n\r\n`;
const halfUpload = 'POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\nhalf';

test.each([
  ['a connection on which nothing was ever asked', ''],
  ['half a request line', 'POST /trpc/sy'],
  ['half a body', halfUpload],
  ['a kept-alive connection after its answer', get('/')],
])('[6] a drain does not wait for %s', async (_, sent) => {
  const socket = await connect(sent);
  const closed = once(socket, 'close');
  socket.resume();
  await connections.drain(GRACE_MS);
  await closed;
  expect(server.listening).toBe(false);
});

test('[6] a drain does not wait for clients that went away in the middle', async () => {
  const gone = await Promise.all([connect(halfUpload), connect(get('/held')), connect('GET /')]);
  await expect.poll(() => held.length).toBe(1);
  for (const socket of gone) socket.resetAndDestroy();
  await connections.drain(GRACE_MS);
  expect(server.listening).toBe(false);
});

test('[6] a drain waits for what runs, answers it, and then ends', async () => {
  const socket = await connect(get('/held'));
  await connect();
  await expect.poll(() => held.length).toBe(1);
  let isDrained = false;
  const drained = connections.drain(GRACE_MS).then(() => {
    isDrained = true;
  });
  // Longer than anybody who asks nothing is waited for.
  await expect.poll(() => new Promise((resolve) => server.getConnections((_, count) => resolve(count))), { timeout: 5_000 }).toBe(1);
  expect(isDrained).toBe(false);
  const answer = once(socket, 'data');
  held[0]!.end('at last');
  expect(String((await answer)[0])).toContain('at last');
  await drained;
});
