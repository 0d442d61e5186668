import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEngineFixture, type EngineFixture } from '../testing/engine-fixture.ts';
import { createRecorder, type SentStatement } from '../testing/recorder.ts';
import { openExplainer, type Explainer, type TableAccess } from './testing/explain.ts';
import { fillTables } from './testing/fill-tables.ts';
import { runTraffic, type Walk } from './testing/traffic.ts';

// The tables that grow with every sale. Of the others a tenant has tens of rows, and reading them whole may be right.
const GROWING = new Set(['feed_entry', 'operation', 'sale', 'shared_change', 'stock_movement', 'audit_entry']);

const entriesBySeq = 'feed_entry by feed_entry_pkey (tenant_id, branch_id, seq)';
const entryOfEntity = 'feed_entry by feed_entry_live_entity (tenant_id, branch_id, entity_kind, entity_id)';
const entriesOfKind = 'feed_entry by feed_entry_live_kind (tenant_id, branch_id, entity_kind, seq)';
const entryOfShared = 'feed_entry by feed_entry_live_kind (tenant_id, branch_id, entity_kind)';
const sharedBySeq = 'shared_change by shared_change_pkey (tenant_id, shared_seq)';
const sharedOfEntity = 'shared_change by shared_change_live_entity (tenant_id, entity_kind, entity_id)';
const outcomeById = 'operation by operation_pkey (tenant_id, client_op_id)';
const failedOnes = 'operation by operation_failed (tenant_id)';
const saleById = 'sale by sale_pkey (tenant_id, sale_id)';
const movementById = 'stock_movement by stock_movement_pkey (tenant_id, movement_id)';

/** What tills and support wait for: these ways, whatever the planner knows, and no other. */
const WAYS: { readonly [walk in Walk]?: readonly string[] } = {
  push: [entriesBySeq, entryOfEntity, outcomeById, saleById],
  evidence: [entriesBySeq, entryOfEntity, entryOfShared, sharedOfEntity, outcomeById, saleById],
  direct: [entriesBySeq, entryOfEntity, sharedBySeq, sharedOfEntity, outcomeById, saleById, movementById],
  'pull broad': [entriesBySeq, sharedBySeq],
  'pull narrow': [entriesOfKind, sharedBySeq],
  outcomes: [outcomeById],
  resolve: [entriesBySeq, entryOfEntity, entryOfShared, sharedOfEntity, outcomeById, failedOnes, saleById],
};
const BEHIND_THE_SCENES: readonly Walk[] = ['retention', 'relay', 'console'];

let fixture: EngineFixture;
let explainer: Explainer;
/** The statements of each walk, each text once. */
const walks = new Map<Walk, Map<string, SentStatement>>();

beforeAll(async () => {
  fixture = await startEngineFixture();
  explainer = openExplainer(fixture.admin.url);
  const recorder = createRecorder();
  const engine = await fixture.secondNode({ wrap: (db) => recorder.wrap(db) });
  const cafe = await fixture.cafe(2);
  await runTraffic({ db: recorder.wrap(fixture.db), engine, cafe }, (walk) => {
    const statements = walks.get(walk) ?? new Map<string, SentStatement>();
    for (const statement of recorder.take()) statements.set(statement.text, statement);
    walks.set(walk, statements);
  });
});
afterAll(async () => {
  await explainer.close();
  await fixture.close();
});

async function accessesOf(walk: Walk): Promise<TableAccess[]> {
  const found: TableAccess[] = [];
  for (const statement of walks.get(walk)?.values() ?? []) found.push(...(await explainer.explain(statement)));
  return found.filter(({ relation }) => GROWING.has(relation));
}

/** `sale by sale_pkey (tenant_id, sale_id)`: the index and the columns it is entered by. */
function wayOf({ relation, index, condition }: TableAccess): string {
  if (index === null) return `${relation} whole`;
  const columns = new Set([...condition.matchAll(/\((\w+) (?:=|<|>)/g)].map(([, column]) => column));
  return `${relation} by ${index} (${[...columns].join(', ')})`;
}

/** The ways that the hot walks go, in the shape of WAYS. */
async function waysOfHotWalks(): Promise<Record<string, string[]>> {
  const ways: Record<string, string[]> = {};
  // The keys of WAYS are walks.
  for (const walk of Object.keys(WAYS) as Walk[]) ways[walk] = [...new Set((await accessesOf(walk)).map(wayOf))].toSorted();
  return ways;
}

/** Growing tables that jobs and the console would read whole. */
async function readWhole(): Promise<string[]> {
  const found: string[] = [];
  for (const walk of BEHIND_THE_SCENES) {
    const accesses = await accessesOf(walk);
    if (accesses.length === 0) throw new Error(`nothing of ${walk} was recorded`);
    found.push(...accesses.filter(({ index }) => index === null).map(({ relation }) => `${walk}: ${relation}`));
  }
  return found;
}

const EXPECTED = Object.fromEntries(Object.entries(WAYS).map(([walk, ways]) => [walk, ways.toSorted()]));

test('[G1][F1][P1] right after creation every hot statement goes by its index', async () => {
  expect(await waysOfHotWalks()).toEqual(EXPECTED);
  expect(await readWhole()).toEqual([]);
});

test('[G1][F1][P1] with months of data that nobody analysed every hot statement goes by its index', async () => {
  for (let tenants = 0; tenants < 3; tenants += 1) {
    const tenant = await fixture.admin.tenant({
      branches: [{ name: 'A' }, { name: 'B' }, { name: 'C' }],
      devices: [{ name: 'till', branch: 'A' }],
    });
    const branchIds = tenant.branches!.map(({ branchId }) => branchId);
    await fillTables(fixture.db, { tenantId: tenant.tenantId, branchIds, deviceIds: tenant.devices!.map(({ deviceId }) => deviceId) });
  }
  expect(await waysOfHotWalks()).toEqual(EXPECTED);
  expect(await readWhole()).toEqual([]);
});

test('[G1][F1][P1] with months of data and statistics every hot statement goes by its index', async () => {
  const owner = postgres(fixture.admin.url, { max: 1 });
  await owner`ANALYZE`;
  await owner.end();
  expect(await waysOfHotWalks()).toEqual(EXPECTED);
  expect(await readWhole()).toEqual([]);
});
