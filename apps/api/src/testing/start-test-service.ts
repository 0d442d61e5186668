import { randomUUID } from 'node:crypto';
import { openDatabase } from '@modula/db';
import { composeService } from '../compose-service.ts';
import { readEnv, type Env } from '../env.ts';
import { createLog } from '../platform/logger.ts';

export interface TestServiceOptions {
  /** A migrated database; without it one is made, and dropped at the end (inside vitest only). */
  readonly databaseUrl?: string;
  /** Nodes to start with; 1 when left out. */
  readonly nodes?: number;
  /** Settings that differ from a test's: rate limits off, fast polls, no log. */
  readonly env?: Partial<Env>;
}

export interface TestNode {
  readonly url: string;
  /** Drains and closes, as SIGTERM would. */
  stop(): Promise<void>;
}

export interface TestService {
  /** The first node. */
  readonly url: string;
  readonly databaseUrl: string;
  readonly nodes: readonly TestNode[];
  /** Another node on the same database. */
  addNode(env?: Partial<Env>): Promise<TestNode>;
  stop(): Promise<void>;
}

const TEST_SETTINGS = { PORT: '0', RATE_LIMITS: 'off', LOG_LEVEL: 'silent', NUDGE_POLL_MS: '500' };

/** The whole service in this process, on free ports: real HTTP, real PostgreSQL. */
export async function startTestService(options: TestServiceOptions = {}): Promise<TestService> {
  const database = options.databaseUrl === undefined ? await freshDatabase() : { url: options.databaseUrl, drop: () => Promise.resolve() };
  const nodes: TestNode[] = [];

  async function addNode(env: Partial<Env> = {}): Promise<TestNode> {
    const node = await startNode(database.url, { ...options.env, ...env });
    nodes.push(node);
    return node;
  }

  for (let count = 0; count < (options.nodes ?? 1); count += 1) await addNode();
  return {
    get url() {
      return nodes[0]?.url ?? '';
    },
    databaseUrl: database.url,
    nodes,
    addNode,
    async stop() {
      await Promise.all(nodes.map((node) => node.stop()));
      await database.drop();
    },
  };
}

async function startNode(databaseUrl: string, overrides: Partial<Env>): Promise<TestNode> {
  const env: Env = { ...readEnv(TEST_SETTINGS), databaseUrl, ...overrides };
  // Random: nodes of two processes on one database must not take each other's nudges for their own.
  const nodeId = `test-${randomUUID()}`;
  const log = createLog({ level: env.logLevel, nodeId });
  const db = await openDatabase({ url: databaseUrl, maxConnections: env.writeConnections, readConnections: env.readConnections });
  const service = await composeService({ env, db, log, nodeId });
  let stopped: Promise<void> | null = null;
  return {
    url: service.url,
    stop: () => (stopped ??= service.stop().then(() => db.close())),
  };
}

/** Loaded only when needed: it asks vitest for the server of this run. */
async function freshDatabase() {
  const { createTestDatabase } = await import('@modula/db/testing');
  return createTestDatabase();
}
