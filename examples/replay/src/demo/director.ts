import { formatCents } from '../data/cents.ts';
import type { MenuDesk } from '../menu/menu-desk.ts';
import { pick, pickIndex, type Random } from '../random.ts';
import { DEMO_MENU } from './demo-chain.ts';
import type { DemoTill } from './demo-till.ts';

const SALE_EVERY_MS = { min: 300, spread: 900 };
const OUTAGE_AFTER_MS = { min: 6_000, spread: 20_000 };
const OUTAGE_LASTS_MS = { min: 4_000, spread: 10_000 };
const PRICE_EVERY_MS = { min: 8_000, spread: 10_000 };

export interface Direction {
  readonly tills: readonly DemoTill[];
  readonly desk: MenuDesk;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly tell: (event: string) => void;
  readonly sleep: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

/** Lets things happen until the signal: customers, cut cables, new prices. Throws what breaks. */
export async function direct(direction: Direction): Promise<void> {
  const { tills } = direction;
  await Promise.all([...tills.map((till) => sellOn(till, direction)), ...tills.map((till) => breakNow(till, direction)), reprice(direction)]);
}

async function sellOn(till: DemoTill, direction: Direction): Promise<void> {
  while (await wait(direction, SALE_EVERY_MS)) await till.sell();
}

async function breakNow(till: DemoTill, direction: Direction): Promise<void> {
  while (await wait(direction, OUTAGE_AFTER_MS)) {
    till.loseConnection();
    if (!(await wait(direction, OUTAGE_LASTS_MS))) return;
    const waiting = await till.regainConnection();
    direction.tell(`${till.name} is back, ${waiting} operations waited`);
  }
}

async function reprice(direction: Direction): Promise<void> {
  const { desk, random, tell } = direction;
  while (await wait(direction, PRICE_EVERY_MS)) {
    const item = pick(random, DEMO_MENU);
    const priceMinor = Math.max(25, item.priceMinor + (pickIndex(random, 9) - 4) * 5);
    await desk.edit({ ...item, priceMinor, isNew: false });
    tell(`the owner sells ${item.name} at ${formatCents(priceMinor)} from now on`);
  }
}

/** False when it is over. */
async function wait({ random, signal, sleep }: Direction, span: { min: number; spread: number }): Promise<boolean> {
  await sleep(span.min + random() * span.spread, signal);
  return !signal.aborted;
}
