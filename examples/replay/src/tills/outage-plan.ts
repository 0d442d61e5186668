import { pickIndex, type Random } from '../random.ts';

/** Seconds of the day in which a till has no connection. It goes on selling. */
export interface Outage {
  readonly fromSecond: number;
  readonly untilSecond: number;
}

const OUTAGE_CHANCE_PER_DAY = 0.25;

/** Whether and when a till loses its connection today: half an hour to a whole day, mostly a few hours. */
export function outageOfDay(random: Random): Outage | null {
  if (random() >= OUTAGE_CHANCE_PER_DAY) return null;
  const fromSecond = 6 * 3_600 + pickIndex(random, 13 * 3_600);
  const hours = 0.5 + 5.5 * random() * random();
  // One in eight lasts into the night and beyond closing: the till catches up tomorrow.
  const untilSecond = random() < 0.125 ? 48 * 3_600 : fromSecond + Math.round(hours * 3_600);
  return { fromSecond, untilSecond };
}

export function isOffline(outage: Outage | null, secondOfDay: number): boolean {
  return outage !== null && secondOfDay >= outage.fromSecond && secondOfDay < outage.untilSecond;
}

/** `…T07:30:00.000Z` is 27,000. */
export function secondOfDay(instant: string): number {
  return Number(instant.slice(11, 13)) * 3_600 + Number(instant.slice(14, 16)) * 60 + Number(instant.slice(17, 19));
}
