import { median } from '../numbers.ts';
import { measureRate } from '../measure-rate.ts';
import type { Row } from '../report.ts';
import { rawTransactionRate, type Counters } from '../raw/raw-transactions.ts';
import { openShop, type Shop } from '../service/shop.ts';
import { openCashSession, preparePush, sendPush, type Till } from '../service/till.ts';
import { movementWorkload, saleWorkload, stockShop, type Workload } from '../service/workloads.ts';
import type { World } from '../world.ts';

const BATCHES = [1, 20, 100] as const;
const LAYOUTS = [
  { tills: 1, branches: 1 },
  { tills: 4, branches: 1 },
  { tills: 4, branches: 4 },
  { tills: 16, branches: 1 },
  { tills: 16, branches: 4 },
] as const;
/** More than any till sends in a window; what is left over is thrown away. */
const OPERATIONS_PER_SECOND_AT_MOST = 12_000;

type Layout = (typeof LAYOUTS)[number];

export async function measurePush(world: World): Promise<void> {
  const durationMs = world.quick ? 1_000 : 3_000;
  for (const layout of LAYOUTS) {
    const shop = await openShop(world, layout);
    await stockShop(shop);
    for (const till of shop.tills) await openCashSession(till);
    for (const workload of [saleWorkload, movementWorkload]) {
      await measureLayout(world, { shop, layout, workload, durationMs });
    }
    shop.close();
  }
}

async function measureLayout(
  world: World,
  run: { shop: Shop; layout: Layout; workload: Workload; durationMs: number },
): Promise<void> {
  const { layout, workload, durationMs } = run;
  const payload = JSON.stringify(workload.payload(firstTill(run.shop)));
  const raw = (counters: Counters): Promise<number> =>
    rawTransactionRate(world.database, { connections: layout.tills, branches: layout.branches, counters, payload, durationMs: durationMs / 2 });

  await pushRate(run, 20); // Warm: connections, prepared statements, compiled code.
  const own: number[] = [await raw('own')];
  const perBranch: number[] = [await raw('per branch')];
  const rates = new Map<number, number>();
  for (const batch of BATCHES) {
    rates.set(batch, await pushRate(run, batch));
    own.push(await raw('own'));
  }
  perBranch.push(await raw('per branch'));

  for (const [batch, measured] of rates) {
    const what = `${workload.type}, batch ${batch}, ${layout.tills} tills, ${layout.branches} branches`;
    world.record({ section: 'push', what, measured, raw: median(own), unit: 'operations/s', bar: barOf(batch, layout.tills) });
  }
  const what = `raw transactions on ${layout.branches} counters, ${layout.tills} connections`;
  world.record({ section: 'push', what, measured: median(perBranch), raw: median(own), unit: 'transactions/s', bar: null });
}

function barOf(batch: number, tills: number): Row['bar'] {
  if (batch === 1 && tills === 16) return { kind: 'atLeast', ratio: 0.4 };
  if (batch === 100) return { kind: 'atLeast', ratio: 1.5 };
  return null;
}

async function pushRate(run: { shop: Shop; workload: Workload; durationMs: number }, batch: number): Promise<number> {
  const { shop, workload, durationMs } = run;
  const requests = Math.ceil((OPERATIONS_PER_SECOND_AT_MOST * durationMs) / 1000 / batch / shop.tills.length);
  const limit = batch === 1 ? Math.min(requests, durationMs) : requests;
  // Hashes and bytes are made before the clock starts: the generator shares the machine with what it measures.
  const prepared = shop.tills.map((till) => prepareQueue(till, { workload, batch, requests: limit }));
  const sent = shop.tills.map(() => 0);
  const window = await measureRate(durationMs, {
    workers: shop.tills.length,
    step: async (worker) => {
      const till = shop.tills[worker];
      const next = prepared[worker]?.bodies[sent[worker] ?? 0];
      if (till === undefined || next === undefined) return 0;
      await sendPush(till, next);
      sent[worker] = (sent[worker] ?? 0) + 1;
      return batch;
    },
  });
  // What was prepared and not sent gives its places back, so that the till's order has no gaps.
  shop.tills.forEach((till, worker) => {
    till.nextDeviceSeq = (prepared[worker]?.firstDeviceSeq ?? 1) + (sent[worker] ?? 0) * batch;
  });
  return window.perSecond;
}

function prepareQueue(till: Till, options: { workload: Workload; batch: number; requests: number }): { firstDeviceSeq: number; bodies: Buffer[] } {
  const { workload, batch, requests } = options;
  const firstDeviceSeq = till.nextDeviceSeq;
  const bodies = Array.from({ length: requests }, () => preparePush(till, { type: workload.type, batch, payload: workload.payload }));
  return { firstDeviceSeq, bodies };
}

function firstTill(shop: Shop): Till {
  const [till] = shop.tills;
  if (till === undefined) throw new Error('The shop has no till.');
  return till;
}
