import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEngineFixture, type EngineFixture } from '../testing/engine-fixture.ts';
import { createRecorder, type SentStatement } from '../testing/recorder.ts';
import { openExplainer, type Explainer, type TableAccess } from './testing/explain.ts';
import { fillTables } from './testing/fill-tables.ts';
import { runTraffic, type Walk } from './testing/traffic.ts';

let fixture: EngineFixture;
let explainer: Explainer;
const walks = new Map<Walk, SentStatement[]>();

beforeAll(async () => {
  fixture = await startEngineFixture();
  explainer = openExplainer(fixture.admin.url);
  const recorder = createRecorder();
  const db = recorder.wrap(fixture.db);
  const engine = await fixture.secondNode({ wrap: (other) => recorder.wrap(other) });
  const cafe = await fixture.cafe(2);
  await runTraffic({ db, engine, cafe }, (walk) => walks.set(walk, [...(walks.get(walk) ?? []), ...recorder.take()]));
});
afterAll(async () => {
  await explainer.close();
  await fixture.close();
});

test('print', async () => {
  const print = async (title: string) => {
    const lines: string[] = [];
    for (const [walk, statements] of walks) {
      for (const statement of statements) {
        const plan = await explainer.explain(statement);
        for (const { relation, index, condition } of plan) lines.push(`${walk} | ${relation} | ${index} | ${condition} | ${statement.text.slice(0, 60).replaceAll(/\s+/g, ' ')}`);
      }
    }
    (await import('node:fs')).writeFileSync(`/tmp/w/L/plans-${title}.txt`, [...new Set(lines)].join('\n'));
  };
  await print('fresh');
  for (let n = 0; n < 3; n += 1) {
    const tenant = await fixture.admin.tenant({ branches: [{ name: 'A' }, { name: 'B' }, { name: 'C' }], devices: [{ name: 'x', branch: 'A' }] });
    await fillTables(fixture.db, { tenantId: tenant.tenantId, branchIds: tenant.branches!.map((b) => b.branchId), deviceIds: tenant.devices!.map((d) => d.deviceId) });
  }
  await print('filled');
  const owner = postgres(fixture.admin.url, { max: 1 });
  await owner`ANALYZE`;
  await owner.end();
  await print('analyzed');
});
