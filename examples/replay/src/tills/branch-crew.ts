import type { Random } from '../random.ts';
import type { Receipt } from '../data/days.ts';
import type { ChainStore } from '../service/chain.ts';
import type { FaultCounts } from './faulty-transport.ts';
import { FreshTill } from './fresh-till.ts';
import { Till } from './till.ts';

export const FRESH_MIDWAY = 'fresh till (midway)';
export const FRESH_AT_END = 'fresh till (at the end)';

export function tillNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `till-${index + 1}`);
}

/** The tills of one branch: those that sell, and two that are enrolled on the way. */
export class BranchCrew {
  readonly store: ChainStore;
  readonly tills: readonly Till[];
  readonly midway: FreshTill;
  readonly atEnd: FreshTill;

  constructor(options: {
    readonly url: string;
    readonly store: ChainStore;
    readonly tills: number;
    readonly random: (tillName: string) => Random;
    readonly faultCounts: FaultCounts;
    readonly hasFaults: boolean;
    readonly onSynced: (sales: number) => void;
  }) {
    const { store, url } = options;
    this.store = store;
    this.tills = tillNames(options.tills).map((name) => {
      const { faultCounts, hasFaults, onSynced } = options;
      const random = options.random(`${store.id} ${name}`);
      return new Till({ url, device: deviceOf(store, name), storeName: store.name, cashierId: store.cashierId, random, faultCounts, hasFaults, onSynced });
    });
    this.midway = new FreshTill({ url, device: deviceOf(store, FRESH_MIDWAY), keepsSales: false });
    this.atEnd = new FreshTill({ url, device: deviceOf(store, FRESH_AT_END), keepsSales: true });
  }

  /** Receipts go round the tills by their number. */
  async sell(receipt: Receipt): Promise<void> {
    await this.tills[receipt.number % this.tills.length]?.sell(receipt);
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.tills, this.midway.client, this.atEnd.client].map((each) => each.dispose()));
  }
}

function deviceOf(store: ChainStore, name: string) {
  const device = store.devices.get(name);
  if (device === undefined) throw new Error(`${store.name} has no ${name}`);
  return device;
}
