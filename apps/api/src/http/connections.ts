import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

const SWEEP_EVERY_MS = 50;
/** How long a connection on which nothing was asked yet is kept: a request may be on its way. */
const SILENT_GRACE_MS = 500;
/** How long a request may take to come in, before what sends it counts as gone. Nothing was decided of it; it is sent again. */
const UPLOAD_GRACE_MS = 2_000;

/** The open connections of a server and what runs on them. */
export interface Connections {
  /**
   * Takes no new connections and resolves when the running requests are answered; after `graceMs` it stops waiting. Node's own
   * closeIdleConnections takes a connection without any request, or with half of one, for a busy one: a client that gave up
   * while it connected held the service for as long as it would wait.
   */
  drain(graceMs: number): Promise<void>;
}

export function watchConnections(server: Server): Connections {
  const requests = new Map<Socket, Set<IncomingMessage>>();
  server.on('connection', (socket) => {
    requests.set(socket, new Set());
    socket.once('close', () => requests.delete(socket));
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const running = requests.get(request.socket);
    running?.add(request);
    response.once('close', () => running?.delete(request));
  });

  function sweep(drainedForMs: number): void {
    server.closeIdleConnections();
    for (const [socket, running] of requests) {
      if (running.size === 0 && drainedForMs >= SILENT_GRACE_MS) socket.destroy();
      else if (drainedForMs >= UPLOAD_GRACE_MS && ![...running].some((request) => request.complete)) socket.destroy();
    }
  }

  return {
    async drain(graceMs) {
      if (!server.listening) return;
      let sweeps = 0;
      const sweeping = setInterval(() => sweep((sweeps += 1) * SWEEP_EVERY_MS), SWEEP_EVERY_MS);
      const giveUp = setTimeout(() => server.closeAllConnections(), graceMs);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      clearInterval(sweeping);
      clearTimeout(giveUp);
    },
  };
}
