import { median } from '../numbers.ts';
import { rawPagedRead, rawWholeRead } from '../raw/raw-read.ts';
import { openShop, type Shop } from '../service/shop.ts';
import { openCashSession, preparePush, sendPush, type Till } from '../service/till.ts';
import { movementWorkload } from '../service/workloads.ts';
import type { World } from '../world.ts';

const PAGE_ROWS = 1000;
const BATCH = 200;
const SCOPES = ['cashSession.*'];

/** A whole bootstrap of a stream of live entities, beside the driver reading the same rows in the same pages. */
export async function measurePull(world: World): Promise<void> {
  for (const entities of world.quick ? [10_000] : [10_000, 100_000]) {
    const shop = await openShop(world, { branches: 1, tills: 1 });
    const till = await fill(shop, entities);
    await world.database.sql`VACUUM (ANALYZE) feed_entry`;
    await pullAll(till); // Warm.
    const rates: number[] = [];
    const paged: number[] = [];
    const whole: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      paged.push(await rawPagedRead(world.database, till, PAGE_ROWS));
      rates.push(await pullAll(till));
      whole.push(await rawWholeRead(world.database, till));
    }
    const what = `${entities.toLocaleString('en-US')} live entities in pages of ${PAGE_ROWS}`;
    const bar = entities === 100_000 ? ({ kind: 'atLeast', ratio: 0.4 } as const) : null;
    world.record({ section: 'pull', what, measured: median(rates), raw: median(paged), unit: 'rows/s', bar });
    world.record({ section: 'pull', what: `${what}, beside one statement`, measured: median(rates), raw: median(whole), unit: 'rows/s', bar: null });
    shop.close();
  }
}

async function fill(shop: Shop, entities: number): Promise<Till> {
  const [till] = shop.tills;
  if (till === undefined) throw new Error('The shop has no till.');
  await openCashSession(till);
  for (let made = 0; made < entities; made += BATCH) {
    await sendPush(till, preparePush(till, { type: movementWorkload.type, batch: BATCH, payload: movementWorkload.payload }));
  }
  return till;
}

/** Rows per second from no cursor to `hasMore: false`. */
async function pullAll(till: Till): Promise<number> {
  const started = performance.now();
  let cursor: string | null = null;
  let count = 0;
  for (;;) {
    const input = { branchId: till.branchId, moduleScopes: SCOPES, cursor, limit: PAGE_ROWS };
    const text: string = await till.client.query('sync.pull', input);
    count += text.split('"opKind"').length - 1;
    if (text.includes('"hasMore":false')) return (count * 1000) / (performance.now() - started);
    cursor = cursorIn(text);
  }
}

/** Reads the cursor out of a page without parsing the page: the generator shares the machine with what it measures. */
export function cursorIn(page: string): string {
  const found = /"cursor":"([\w-]+)"/.exec(page.slice(page.lastIndexOf('"cursor":"')));
  if (found?.[1] === undefined) throw new Error(`A page without a cursor: ${page.slice(0, 500)}`);
  return found[1];
}
