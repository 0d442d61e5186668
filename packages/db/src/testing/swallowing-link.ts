import net from 'node:net';

/** A network between a client and the server of `serverUrl` that can lose everything without a word. */
export interface SwallowingLink {
  readonly url: string;
  /** From now on nothing gets through, and no connection is closed either. */
  swallow(): void;
  /** New connections get through again; those of before stay lost. */
  heal(): void;
  close(): Promise<void>;
}

export async function swallowingLink(serverUrl: string): Promise<SwallowingLink> {
  const target = new URL(serverUrl);
  const sockets = new Set<net.Socket>();
  const lost = new Set<net.Socket>();
  let swallowing = false;
  const server = net.createServer((client) => {
    const upstream = net.connect(Number(target.port), target.hostname);
    for (const [from, to] of [[client, upstream], [upstream, client]] as const) {
      sockets.add(from);
      from.on('data', (bytes) => swallowing || lost.has(client) || to.write(bytes));
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = new URL(serverUrl);
  // Not a pipe: the server was told a host.
  url.host = `127.0.0.1:${(server.address() as net.AddressInfo).port}`;
  return {
    url: url.href,
    swallow: () => {
      swallowing = true;
      for (const socket of sockets) lost.add(socket);
    },
    heal: () => {
      swallowing = false;
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
