import { measureRate } from '../measure-rate.ts';
import { median } from '../numbers.ts';
import { startBareServer } from '../raw/bare-process.ts';
import { createHttpClient, type HttpClient } from '../service/http-client.ts';
import { openShop } from '../service/shop.ts';
import type { World } from '../world.ts';
import { cursorIn } from './pull.ts';

const CLIENTS = 16;

/** A pull that finds nothing new, beside a bare tRPC query that runs `select 1` on the same stack. */
export async function measureEmptyPull(world: World): Promise<void> {
  const durationMs = world.quick ? 1_000 : 3_000;
  const shop = await openShop(world, { branches: 4, tills: CLIENTS });
  const bare = await startBareServer(world.databaseUrl);
  const bareClients = shop.tills.map(() => createHttpClient(bare.baseUrl, { token: 'none' }));
  const asks = await Promise.all(
    shop.tills.map(async (till) => {
      const input = { branchId: till.branchId, moduleScopes: ['menu.*', 'policy.*', 'sale.*'], limit: 500 };
      const cursor = cursorIn(await till.client.query('sync.pull', { ...input, cursor: null }));
      return () => till.client.query('sync.pull', { ...input, cursor });
    }),
  );
  const bareAsks = bareClients.map((client: HttpClient) => () => client.query('one', undefined));

  const measured: number[] = [];
  const raw: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    raw.push(await rateOf(bareAsks, durationMs));
    measured.push(await rateOf(asks, durationMs));
  }
  world.record({
    section: 'empty-pull',
    what: `${CLIENTS} clients`,
    measured: median(measured),
    raw: median(raw),
    unit: 'requests/s',
    bar: { kind: 'atLeast', ratio: 0.5 },
  });
  for (const client of bareClients) client.close();
  await bare.stop();
  shop.close();
}

async function rateOf(asks: readonly (() => Promise<string>)[], durationMs: number): Promise<number> {
  const window = await measureRate(durationMs, {
    workers: asks.length,
    step: async (worker) => {
      await asks[worker]?.();
      return 1;
    },
  });
  return window.perSecond;
}
