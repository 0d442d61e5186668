import { payableIn, type PolicySnapshot } from '@modula/sync-core';
import type { PayloadOf } from '@modula/sync-core/contracts';
import type { Random } from '../random.ts';

export type Tender = PayloadOf<'sale.finalize'>['tender'];

const USD_NOTES_MINOR = [100, 500, 1_000, 2_000, 5_000, 10_000];
const KHR_NOTES = [500, 1_000, 5_000, 10_000, 20_000, 50_000, 100_000];

/** How a customer pays: dollars exact or with change, riel with change, or a phone. */
export function chooseTender(random: Random, grandTotalMinor: number, policy: PolicySnapshot): Tender {
  const chance = random();
  if (chance < 0.3) return { method: 'KHQR', currency: 'USD', receivedMinor: grandTotalMinor, changeMinor: 0 };
  if (chance < 0.5) return cash('USD', grandTotalMinor, grandTotalMinor);
  const isRiel = chance >= 0.75;
  const currency = isRiel ? 'KHR' : 'USD';
  const payable = payableIn(currency, grandTotalMinor, policy);
  return cash(currency, payable, received(payable, isRiel ? KHR_NOTES : USD_NOTES_MINOR));
}

function cash(currency: 'USD' | 'KHR', payableMinor: number, receivedMinor: number): Tender {
  return { method: 'CASH', currency, receivedMinor, changeMinor: receivedMinor - payableMinor };
}

/** The smallest note that covers it, or a whole number of the largest. */
function received(payable: number, notes: readonly number[]): number {
  const largest = notes.at(-1) ?? 1;
  return notes.find((note) => note >= payable) ?? Math.ceil(payable / largest) * largest;
}
