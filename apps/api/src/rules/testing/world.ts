import { randomUUID } from 'node:crypto';
import { openDatabase, type Database } from '@modula/db';
import type { Env } from '../../env.ts';
import { provisionSpec, startTestService, testClient, type TestClient, type TestService } from '../../testing/index.ts';
import { Till } from './till.ts';

/** Two nodes on one database, and a way to look at the rows. */
export interface World {
  readonly service: TestService;
  readonly urls: readonly string[];
  readonly db: Database;
  /** A support person of the highest role. */
  readonly support: TestClient;
  cafe(shape?: CafeShape): Promise<Cafe>;
  close(): Promise<void>;
}

export interface CafeShape {
  /** Tills in the first branch. */
  readonly tills?: number;
  /** Branches, each with one till beside those of the first; 2 when left out. */
  readonly branches?: number;
}

/** A tenant: Dara owns it; Mony manages and Sophea sells in the first branch; Vibol sells there and never touched a till. */
export interface Cafe {
  readonly tenantId: string;
  readonly branchId: string;
  readonly branchIds: readonly string[];
  readonly actors: { readonly [name in 'Dara' | 'Mony' | 'Sophea' | 'Vibol' | 'Rith']: { readonly actorId: string; readonly actorToken: string } };
  /** Tills of the first branch, Dara on them. */
  readonly tills: readonly Till[];
  readonly till: Till;
  /** One till per branch. */
  readonly perBranch: readonly Till[];
  setStatus(change: StatusChange): Promise<void>;
  rows(table: string): Promise<Record<string, unknown>[]>;
}

type StatusChange = Parameters<TestClient['console']['setStatus']['mutate']>[0]['change'];

export async function startWorld(env: Partial<Env> = {}): Promise<World> {
  const service = await startTestService({ nodes: 2, env });
  const db = await openDatabase({ url: service.databaseUrl, maxConnections: 2, readConnections: 2 });
  const urls = service.nodes.map(({ url }) => url);
  const support = await supportClient(service);
  return {
    service,
    urls,
    db,
    support,
    cafe: (shape) => openCafe({ service, urls, db, support }, shape),
    async close() {
      await db.close();
      await service.stop();
    },
  };
}

async function supportClient(service: TestService): Promise<TestClient> {
  const email = `${randomUUID()}@example.org`;
  const password = 'correct horse battery';
  await provisionSpec(service.databaseUrl, { support: [{ email, password, role: 'ADMIN' }] });
  const { token } = await testClient(service.url, null).console.signIn.mutate({ email, password });
  return testClient(service.url, token);
}

async function openCafe({ service, urls, db, support }: Pick<World, 'service' | 'urls' | 'db' | 'support'>, shape: CafeShape = {}): Promise<Cafe> {
  const { tills = 1, branches = 2 } = shape;
  const names = Array.from({ length: branches }, (_, index) => `branch ${index + 1}`);
  const home = names[0]!;
  const used = ['Dara', 'Mony', 'Sophea', 'Rith'];
  const output = await provisionSpec(service.databaseUrl, {
    tenants: [
      {
        name: `cafe ${randomUUID()}`,
        branches: names.map((name) => ({ name })),
        actors: [
          { name: 'Dara', role: 'OWNER' },
          { name: 'Mony', role: 'MANAGER', branches: [home] },
          { name: 'Sophea', role: 'CASHIER', branches: [home] },
          { name: 'Vibol', role: 'CASHIER', branches: [home] },
          // Rith was here once and now sells in another branch.
          { name: 'Rith', role: 'CASHIER', branches: [names.at(-1)] },
        ],
        devices: [
          ...Array.from({ length: tills }, (_, index) => ({ name: `till ${index + 1}`, branch: home, actors: used })),
          ...names.slice(1).map((branch) => ({ name: 'till 1', branch, actors: used })),
        ],
      },
    ],
  });
  const tenant = output.tenants![0]!;
  const { tenantId } = tenant;
  const actorOf = (name: string) => {
    const { actorId, actorToken } = tenant.actors!.find((actor) => actor.name === name)!;
    return { actorId, actorToken: actorToken! };
  };
  const actors = { Dara: actorOf('Dara'), Mony: actorOf('Mony'), Sophea: actorOf('Sophea'), Vibol: actorOf('Vibol'), Rith: actorOf('Rith') };
  const all = tenant.devices!.map(
    ({ deviceId, deviceToken, branchId }) => new Till({ tenantId, branchId, deviceId, token: deviceToken!, actorId: actors.Dara.actorId, urls }),
  );
  const branchIds = tenant.branches!.map(({ branchId }) => branchId);
  return {
    tenantId,
    branchId: branchIds[0]!,
    branchIds,
    actors,
    tills: all.slice(0, tills),
    till: all[0]!,
    perBranch: [all[0]!, ...all.slice(tills)],
    async setStatus(change) {
      await support.console.setStatus.mutate({ tenantId, reason: 'a test', change });
    },
    rows: (table) => db.read(tenantId, (tx) => tx.query<Record<string, unknown>>(`SELECT * FROM ${table} WHERE tenant_id = $1`, [tenantId])),
  };
}
