import net from 'node:net';
import { ConnectionLostError } from './errors.ts';

/**
 * The driver stops pipelining when a write reports back-pressure, which a socket does from 16 KiB on, even when the kernel took
 * everything at once. One chunk of operations is larger than that.
 */
const WRITE_BUFFER_BYTES = 4 * 1024 * 1024;

/** Where to connect to, as the driver parsed it out of the URL. */
export interface SocketTarget {
  readonly host: readonly string[];
  readonly port: readonly number[];
  readonly path: string | false | null | undefined;
}

export interface SocketOptions {
  readonly connectTimeoutMs: number;
  readonly onSocket: (socket: net.Socket) => void;
  readonly onFailure: () => void;
}

/**
 * A socket factory that works once. The driver reconnects by itself; a statement in the middle of a transaction would then run
 * on a fresh connection, outside of any transaction. With this factory a lost connection stays lost.
 */
export function onceOnlySocket(options: SocketOptions): (target: SocketTarget) => Promise<net.Socket> {
  let used = false;
  return async (target) => {
    if (used) throw new ConnectionLostError('The connection is closed');
    used = true;
    try {
      const socket = await openSocket(target, options.connectTimeoutMs);
      options.onSocket(socket);
      return socket;
    } catch (error) {
      options.onFailure();
      throw error;
    }
  };
}

function openSocket(target: SocketTarget, connectTimeoutMs: number): Promise<net.Socket> {
  const host = target.host[0] ?? '127.0.0.1';
  const where = target.path ? { path: target.path } : { host, port: target.port[0] ?? 5432 };
  // A socket takes the options of a stream too; its type does not say so.
  const options: net.SocketConstructorOpts & { writableHighWaterMark: number } = { writableHighWaterMark: WRITE_BUFFER_BYTES };
  const socket = new net.Socket(options);
  // The driver reads `host` to name the server in a TLS handshake.
  Object.assign(socket, { host });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.destroy(Object.assign(new Error(`No connection within ${connectTimeoutMs} ms`), { code: 'CONNECT_TIMEOUT' }));
    }, connectTimeoutMs);
    socket.once('error', reject);
    socket.once('close', () => clearTimeout(timer));
    socket.connect(where, () => {
      clearTimeout(timer);
      socket.off('error', reject);
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}
