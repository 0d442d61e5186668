import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { openShop } from '../service/shop.ts';
import { subscribeNudges, type Subscription } from '../service/subscription.ts';
import type { World } from '../world.ts';

const SETTLE_MS = 3_000;

/** The API's memory with a thousand idle subscriptions, and what one of them costs. */
export async function measureMemory(world: World): Promise<void> {
  const wanted = world.quick ? 200 : 1_000;
  const shop = await openShop(world, { branches: 10, tills: 100 });
  await sleep(SETTLE_MS);
  const beforeMb = residentMb(world.api.pid);

  const subscriptions: Subscription[] = [];
  while (subscriptions.length < wanted) {
    const opened = shop.tills.slice(0, wanted - subscriptions.length).map((till) =>
      subscribeNudges(world.api.baseUrl, { token: till.deviceToken, branchId: till.branchId, onEvent: () => undefined }),
    );
    subscriptions.push(...(await Promise.all(opened)));
  }
  await sleep(SETTLE_MS);
  const afterMb = residentMb(world.api.pid);

  for (const subscription of subscriptions) subscription.close();
  shop.close();
  const section = 'memory';
  world.record({ section, what: 'API before', measured: beforeMb, raw: null, unit: 'MB resident', bar: null });
  world.record({ section, what: `API with ${wanted} idle subscriptions`, measured: afterMb, raw: null, unit: 'MB resident', bar: null });
  const perSubscriptionKb = ((afterMb - beforeMb) * 1024) / wanted;
  world.record({ section, what: 'one subscription', measured: perSubscriptionKb, raw: null, unit: 'KB', bar: null });
}

function residentMb(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).trim()) / 1024;
}
