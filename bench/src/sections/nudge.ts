import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../numbers.ts';
import { openShop } from '../service/shop.ts';
import { subscribeNudges } from '../service/subscription.ts';
import { openCashSession, preparePush, sendPush, type Till } from '../service/till.ts';
import { movementWorkload } from '../service/workloads.ts';
import type { World } from '../world.ts';

/** From the commit (as the database dates it) to the event at a subscribed till. */
export async function measureNudges(world: World): Promise<void> {
  const shop = await openShop(world, { branches: 1, tills: 2 });
  const [writer, listener] = shop.tills;
  if (writer === undefined || listener === undefined) throw new Error('The shop has no tills.');
  await openCashSession(writer);

  const waiting: ((atMs: number) => void)[] = [];
  const subscription = await subscribeNudges(world.api.baseUrl, {
    token: listener.deviceToken,
    branchId: listener.branchId,
    onEvent: () => {
      const atMs = performance.timeOrigin + performance.now();
      for (const resolve of waiting.splice(0)) resolve(atMs);
    },
  });
  await sleep(200);

  const samples: number[] = [];
  for (let round = 0; round < (world.quick ? 50 : 300); round += 1) {
    const arrived = new Promise<number>((resolve) => waiting.push(resolve));
    await sendPush(writer, preparePush(writer, { type: movementWorkload.type, batch: 1, payload: movementWorkload.payload }));
    const atMs = await Promise.race([arrived, sleep(5_000, null)]);
    if (atMs === null) throw new Error('A nudge did not arrive within five seconds.');
    samples.push(atMs - (await committedAtMs(world, writer)));
    // Past the coalescing window, so that each commit has a nudge of its own.
    await sleep(60);
  }
  subscription.close();
  shop.close();
  for (const [name, q] of [['p50', 0.5], ['p99', 0.99]] as const) {
    world.record({ section: 'nudge', what: `commit to nudge, ${name}`, measured: quantile(samples, q), raw: null, unit: 'ms', bar: null });
  }
}

async function committedAtMs({ database }: World, till: Till): Promise<number> {
  const [row] = await database.sql<{ at: string }[]>`
    SELECT (extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000)::text AS at
    FROM branch_stream WHERE tenant_id = ${till.tenantId} AND branch_id = ${till.branchId}`;
  return Number(row?.at);
}
