import { openShop } from '../service/shop.ts';
import { openCashSession, preparePush, sendPush } from '../service/till.ts';
import { movementWorkload, saleWorkload, stockShop } from '../service/workloads.ts';
import type { World } from '../world.ts';

const TRIES = 7;

/** Statements that the server ran for one push, by its length. They must not grow with it (design 18). */
export async function measureStatements(world: World): Promise<void> {
  const shop = await openShop(world, { branches: 1, tills: 1 });
  await stockShop(shop);
  const [till] = shop.tills;
  if (till === undefined) throw new Error('The shop has no till.');
  await openCashSession(till);

  for (const workload of [saleWorkload, movementWorkload]) {
    let ofOne = 0;
    for (const batch of [1, 20, 100]) {
      const counts: number[] = [];
      for (let attempt = 0; attempt < TRIES; attempt += 1) {
        const body = preparePush(till, { type: workload.type, batch, payload: workload.payload });
        const before = await statementsSoFar(world);
        await sendPush(till, body);
        counts.push((await statementsSoFar(world)) - before - 1);
      }
      // The least of several tries: jobs that run beside the push only add.
      const measured = Math.min(...counts);
      if (batch === 1) ofOne = measured;
      const what = `one push of ${batch} × ${workload.type}`;
      world.record({ section: 'statements', what, measured, raw: ofOne, unit: 'statements', bar: { kind: 'atMost', ratio: 1.1 } });
    }
  }
  shop.close();
}

async function statementsSoFar({ database }: World): Promise<number> {
  const [row] = await database.sql<{ calls: string }[]>`SELECT sum(calls)::text AS calls FROM pg_stat_statements`;
  return Number(row?.calls ?? 0);
}
