import { randomUUID } from 'node:crypto';
import { openDatabase, type Database } from '@modula/db';
import {
  parseActorId,
  parseBranchId,
  parseDeviceId,
  parseTenantId,
  payloadHash,
  ProofBuilder,
  type ActorId,
  type BranchId,
  type Change,
  type DeviceId,
  type JsonObject,
  type OperationResult,
  type ParsedOperation,
  type TenantId,
} from '@modula/sync-core';
import { parsePushInput } from '@modula/sync-core/wire';
import { startAdminFixture, type AdminFixture } from '../../admin/testing/admin-fixture.ts';
import { secretHash } from '../../admin/secrets/token.ts';
import { createModules } from '../../modules/index.ts';
import { createEngine } from '../create-engine.ts';
import type { Engine, EngineLog, EnginePorts } from '../engine.ts';
import type { PluggedModule } from '../plug.ts';
import type { DeviceSession } from '../session.ts';

export const CURSOR_KEYS = { current: { id: 1, secret: 'a secret of the tests' }, accepted: [] };
export const ALL_SCOPES = ['sale.*', 'cashSession.*', 'attendance.*', 'inventory.*', 'menu.*', 'policy.*', 'discount.*', 'context.*', 'sync.*'];

/** A till of the tests: it numbers its operations as a real one does. */
export interface TestTill {
  readonly session: DeviceSession;
  readonly actorId: ActorId;
  operation(type: string, payload: JsonObject, changes?: Partial<ParsedOperation>): ParsedOperation;
}

export interface EngineFixture {
  readonly admin: AdminFixture;
  readonly db: Database;
  readonly engine: Engine;
  readonly surprises: { readonly message: string; readonly error: unknown }[];
  /** SQLSTATEs for which a transaction was tried again. */
  readonly retries: string[];
  /** Another API node on the same database. */
  secondNode(options?: NodeOptions): Promise<Engine>;
  /** A fresh tenant with one branch, an owner and a cashier signed in on `tills` tills. */
  cafe(tills?: number): Promise<Cafe>;
  close(): Promise<void>;
}

export interface Cafe {
  readonly tenantId: TenantId;
  readonly branchId: BranchId;
  readonly ownerId: ActorId;
  readonly cashierId: ActorId;
  readonly tills: readonly TestTill[];
}

export interface NodeOptions {
  readonly modules?: readonly PluggedModule[];
  readonly wrap?: (db: Database) => Database;
}

export async function startEngineFixture(options: NodeOptions = {}): Promise<EngineFixture> {
  const admin = await startAdminFixture();
  const surprises: { message: string; error: unknown }[] = [];
  const retries: string[] = [];
  const log: EngineLog = {
    settled: () => {},
    retried: (reason) => void retries.push(reason),
    surprise: (message, error) => void surprises.push({ message, error }),
  };
  const ports: EnginePorts = {
    now: () => new Date().toISOString(),
    randomUuid: () => randomUUID(),
    random: () => Math.random(),
    sleep: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
    nudges: { moved: () => {} },
    log,
  };
  const extra: Database[] = [];
  const node = (db: Database, { modules, wrap }: NodeOptions): Engine =>
    createEngine({ db: wrap?.(db) ?? db, modules: modules ?? createModules(), ports, cursorKeys: CURSOR_KEYS });

  return {
    admin,
    db: admin.db,
    engine: node(admin.db, options),
    surprises,
    retries,
    async secondNode(nodeOptions = {}) {
      const db = await openDatabase({ url: admin.url, maxConnections: 4, readConnections: 2 });
      extra.push(db);
      return node(db, nodeOptions);
    },
    async cafe(tills = 1) {
      const tenant = await admin.tenant({
        branches: [{ name: 'Sen Sok' }],
        actors: [
          { name: 'Dara', role: 'OWNER' },
          { name: 'Sophea', role: 'CASHIER', branches: ['Sen Sok'] },
        ],
        devices: Array.from({ length: tills }, (_, index) => ({ name: `till-${index + 1}`, branch: 'Sen Sok', actors: ['Dara', 'Sophea'] })),
      });
      const tenantId = parseTenantId(tenant.tenantId)!;
      const branchId = parseBranchId(tenant.branches![0]!.branchId)!;
      const ownerId = parseActorId(tenant.actors![0]!.actorId)!;
      return {
        tenantId,
        branchId,
        ownerId,
        cashierId: parseActorId(tenant.actors![1]!.actorId)!,
        tills: tenant.devices!.map((device) =>
          testTill({ tenantId, branchId, actorId: ownerId, deviceId: parseDeviceId(device.deviceId)!, token: device.deviceToken! }),
        ),
      };
    },
    async close() {
      await Promise.all(extra.map((db) => db.close()));
      await admin.close();
    },
  };
}

interface TillIdentity {
  readonly tenantId: TenantId;
  readonly branchId: BranchId;
  readonly actorId: ActorId;
  readonly deviceId: DeviceId;
  readonly token: string;
}

function testTill({ tenantId, branchId, actorId, deviceId, token }: TillIdentity): TestTill {
  let lastSeq = 0;
  return {
    actorId,
    session: { kind: 'device', tenantId, deviceId, branchId, tokenHash: secretHash(token) },
    operation(type, payload, changes = {}) {
      const deviceSeq = changes.deviceSeq ?? lastSeq + 1;
      lastSeq = Math.max(lastSeq, deviceSeq);
      const sent = {
        clientOpId: randomUUID(),
        deviceId,
        deviceSeq,
        type,
        version: 1,
        tenantId,
        branchId,
        actorId,
        payload,
        payloadHash: payloadHash(payload),
        dependsOn: [],
        occurredAt: '2026-11-22T08:00:00.000Z',
        ...changes,
      };
      // A test may send what no parser would let through; the engine sees what the door would give it.
      return sent as ParsedOperation;
    },
  };
}

/** Pushes through the same parser as the door. */
export async function push(engine: Engine, till: TestTill, operations: readonly object[]): Promise<readonly OperationResult[]> {
  const input = parsePushInput(JSON.parse(JSON.stringify({ operations })));
  if (input.kind === 'bad') throw new Error(JSON.stringify(input.issues));
  const answer = await engine.push(till.session, input.operations);
  return answer.results;
}

export interface Hydrated {
  readonly changes: readonly Change[];
  readonly entities: ReadonlyMap<string, Change>;
  readonly cursor: string;
  readonly head: number;
  readonly pages: number;
}

/** Pulls to the end, applying as a till does, and checks the proof from what it holds. */
export async function hydrate(
  engine: Engine,
  { session }: TestTill,
  options: { readonly scopes?: readonly string[]; readonly limit?: number; readonly from?: { cursor: string; entities: ReadonlyMap<string, Change> } } = {},
): Promise<Hydrated> {
  const entities = new Map(options.from?.entities ?? []);
  const changes: Change[] = [];
  let cursor = options.from?.cursor ?? null;
  for (let pages = 1; ; pages += 1) {
    const page = await engine.pull(session, {
      branchId: session.branchId,
      moduleScopes: options.scopes ?? ALL_SCOPES,
      cursor,
      limit: options.limit ?? 500,
    });
    for (const change of JSON.parse(page.changesText) as Change[]) {
      changes.push(change);
      if (change.opKind === 'UPSERT') entities.set(`${change.entityKind} ${change.entityId}`, change);
      else entities.delete(`${change.entityKind} ${change.entityId}`);
    }
    cursor = page.cursor;
    if (page.hasMore) continue;
    checkProof(page.proof, entities);
    return { changes, entities, cursor, head: page.head, pages };
  }
}

function checkProof(proof: { readonly [kind: string]: { readonly count: number; readonly hash: string } } | null, entities: ReadonlyMap<string, Change>): void {
  if (proof === null) throw new Error('the last page came without a proof');
  const builder = new ProofBuilder();
  for (const change of entities.values()) {
    if (change.payload !== null) builder.add(change.entityKind, change.entityId, payloadHash(change.payload));
  }
  const own = builder.toProof();
  for (const [kind, { count, hash }] of Object.entries(proof)) {
    const mine = own[kind] ?? { count: 0, hash: '0'.repeat(64) };
    if (mine.count !== count || mine.hash !== hash) throw new Error(`proof of ${kind}: server ${count} ${hash}, till ${mine.count} ${mine.hash}`);
  }
}
