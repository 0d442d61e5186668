import { median } from '../numbers.ts';
import { rawFanOutMs } from '../raw/raw-fan-out.ts';
import { callDirect, openShop } from '../service/shop.ts';
import type { World } from '../world.ts';

const ROUNDS = 9;

/** One tenant-wide change to N branches, beside one INSERT … SELECT of N narrow rows. */
export async function measureFanOut(world: World): Promise<void> {
  for (const branches of world.quick ? [1, 10, 100] : [1, 10, 100, 1000]) {
    const shop = await openShop(world, { branches, tills: 0 });
    const measured: number[] = [];
    const raw: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      raw.push(await rawFanOutMs(world.database, { tenantId: shop.tenantId, branches, seq: round }));
      const payload = { menuItemId: 'latte', name: 'Latte', category: 'Coffee', priceMinor: 400 + round };
      const started = performance.now();
      await callDirect(shop, 'menu.upsertItem', { branchId: null, payload });
      measured.push(performance.now() - started);
    }
    world.record({
      section: 'fan-out',
      what: `one change to ${branches} branches`,
      measured: median(measured),
      raw: median(raw),
      unit: 'ms',
      bar: branches === 1000 ? { kind: 'atMost', ratio: 3 } : null,
    });
    shop.close();
  }
}
