import { Connection, type ConnectionOptions } from './connection.ts';
import { ConnectionLostError, PoolTimeoutError } from './errors.ts';

export interface PoolOptions extends ConnectionOptions {
  readonly name: string;
  readonly maxConnections: number;
  /** How long a transaction waits for a free connection before it fails as transient. */
  readonly acquireTimeoutMs: number;
}

interface Waiter {
  resolve(connection: Connection): void;
  reject(error: Error): void;
}

/**
 * A bounded set of connections, handed out one at a time, the most recently used first. Waiters queue in order and give up after
 * a while. A connection that was lost or is in doubt is replaced, never handed out again.
 */
export class ConnectionPool {
  readonly #options: PoolOptions;
  readonly #idle: Connection[] = [];
  readonly #busy = new Set<Connection>();
  readonly #waiters = new Set<Waiter>();
  #closed = false;
  #onDrained: (() => void) | null = null;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Connections in use and transactions waiting for one: for metrics. */
  get load(): { readonly busy: number; readonly waiting: number } {
    return { busy: this.#busy.size, waiting: this.#waiters.size };
  }

  async use<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = this.#take() ?? (await this.#wait());
    try {
      return await work(connection);
    } finally {
      this.#giveBack(connection);
    }
  }

  /** Waits for the connections in use, at most `graceMs`, then drops what is left. */
  async close(graceMs: number): Promise<void> {
    this.#closed = true;
    for (const waiter of this.#waiters) waiter.reject(new ConnectionLostError('The database is closed'));
    this.#waiters.clear();
    if (this.#busy.size > 0) await this.#drained(graceMs);
    for (const connection of this.#busy) connection.destroy();
    await Promise.all(this.#idle.splice(0).map((connection) => connection.close()));
  }

  #take(): Connection | null {
    if (this.#closed) throw new ConnectionLostError('The database is closed');
    for (let connection = this.#idle.pop(); connection !== undefined; connection = this.#idle.pop()) {
      if (connection.usable) return this.#lend(connection);
    }
    return this.#busy.size < this.#options.maxConnections ? this.#lend(new Connection(this.#options)) : null;
  }

  #lend(connection: Connection): Connection {
    this.#busy.add(connection);
    return connection;
  }

  #wait(): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const { name, acquireTimeoutMs } = this.#options;
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        reject(new PoolTimeoutError(name, acquireTimeoutMs));
      }, acquireTimeoutMs);
      const waiter: Waiter = {
        resolve: (connection) => {
          clearTimeout(timer);
          resolve(connection);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      this.#waiters.add(waiter);
    });
  }

  #giveBack(connection: Connection): void {
    this.#busy.delete(connection);
    if (this.#closed) {
      void connection.close();
      if (this.#busy.size === 0) this.#onDrained?.();
      return;
    }
    if (connection.usable) this.#idle.push(connection);
    const [waiter] = this.#waiters;
    if (waiter === undefined) return;
    const next = this.#take();
    if (next === null) return;
    this.#waiters.delete(waiter);
    waiter.resolve(next);
  }

  #drained(graceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, graceMs);
      this.#onDrained = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
