import { setImmediate as breathe } from 'node:timers/promises';
import { tradingDays, type TradingDay } from './data/days.ts';
import { limitRows } from './data/limit-rows.ts';
import type { SalesRow } from './data/sales-row.ts';
import type { Survey } from './data/survey.ts';
import { MenuDesk } from './menu/menu-desk.ts';
import { PriceBook } from './menu/price-book.ts';
import { seededRandom } from './random.ts';
import type { Chain } from './service/chain.ts';
import { BranchCrew } from './tills/branch-crew.ts';
import type { FaultCounts } from './tills/faulty-transport.ts';

const RESTOCK_QUANTITY = 500;
/** How many stores do something side by side; a chain of hundreds must not open hundreds of connections at once. */
const STORES_AT_ONCE = 16;
const RECEIPTS_BETWEEN_BREATHS = 25;

export interface ReplayRun {
  readonly survey: Survey;
  readonly chain: Chain;
  readonly url: string;
  readonly tillsPerStore: number;
  readonly outageSeed: string | null;
  readonly openRows: () => AsyncIterable<SalesRow>;
  readonly onSynced: (sales: number) => void;
  readonly onDay: (date: string) => void;
}

/** What stands when the last sale is in. */
export interface ReplayOutcome {
  readonly crews: readonly BranchCrew[];
  readonly faultCounts: FaultCounts;
  readonly desk: MenuDesk;
  /** Restocked per `store product`. */
  readonly restocked: ReadonlyMap<string, number>;
  readonly days: number;
  readonly skippedRows: number;
}

/** Sells the whole file again: every receipt by a till that may be offline, every price by the owner at the desk. */
export class Replay {
  readonly crews: readonly BranchCrew[];
  readonly #run: ReplayRun;
  readonly #byStore: ReadonlyMap<string, BranchCrew>;
  readonly #prices = new PriceBook();
  readonly #desk: MenuDesk;
  readonly #restocked = new Map<string, number>();
  #isDisposed = false;
  readonly #faultCounts: FaultCounts = { cuts: 0, aborted: 0, lostAnswers: 0, duplicates: 0, reordered: 0 };

  constructor(run: ReplayRun) {
    this.#run = run;
    this.#desk = new MenuDesk({ url: run.url, token: run.chain.ownerToken });
    this.crews = [...run.chain.stores.values()].map(
      (store) =>
        new BranchCrew({
          url: run.url,
          store,
          tills: run.tillsPerStore,
          random: (till) => seededRandom(`${run.outageSeed ?? 'no faults'} ${till}`),
          faultCounts: this.#faultCounts,
          hasFaults: run.outageSeed !== null,
          onSynced: run.onSynced,
        }),
    );
    this.#byStore = new Map(this.crews.map((crew) => [crew.store.id, crew]));
  }

  async sellEverything(): Promise<ReplayOutcome> {
    const { survey, openRows, onDay } = this.#run;
    const middle = middleOf(survey);
    let midway: Promise<unknown> | null = null;
    let days = 0;
    let skippedRows = 0;
    for await (const day of tradingDays(limitRows(openRows(), survey.limits))) {
      onDay(day.date);
      await this.#sellDay(day);
      days += 1;
      skippedRows += day.skippedRows;
      if (midway === null && day.date >= middle) {
        midway = this.#eachCrew((crew) => crew.midway.hydrate());
        midway.catch(() => undefined);
      }
    }
    await this.#desk.settled();
    await this.#eachCrew((crew) => Promise.all(crew.tills.map((till) => till.finish())));
    await midway;
    return { crews: this.crews, faultCounts: this.#faultCounts, desk: this.#desk, restocked: this.#restocked, days, skippedRows };
  }

  /** Pulls once more on every till, now that nobody writes, and hydrates the last fresh ones. */
  async converge(): Promise<void> {
    await this.#eachCrew(async (crew) => {
      await Promise.all([...crew.tills.map((till) => till.catchUp()), crew.midway.hydrate(), crew.atEnd.hydrate()]);
    });
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    this.#desk.close();
    await Promise.all(this.crews.map((crew) => crew.dispose()));
  }

  async #sellDay({ date, receipts }: TradingDay): Promise<void> {
    const tills = this.crews.flatMap((crew) => crew.tills);
    await Promise.all(tills.map((till) => till.startDay()));
    for (const [index, receipt] of receipts.entries()) {
      if (this.#isDisposed) throw new Error('the replay was interrupted');
      for (const edit of this.#prices.editsFor(receipt)) {
        await this.#desk.edit(edit);
        if (edit.isNew && this.#desk.trackedProducts.has(edit.productId)) await this.#restockEverywhere(edit.productId);
      }
      const crew = this.#byStore.get(receipt.storeId);
      if (crew === undefined) throw new Error(`store ${receipt.storeId} was not provisioned`);
      await crew.sell(receipt);
      // Enqueuing needs no network, so without this a whole day would be sold before the first push leaves.
      if (index % RECEIPTS_BETWEEN_BREATHS === 0) await breathe();
    }
    await Promise.all(tills.map((till) => till.endDay(date)));
    await this.#desk.settled();
  }

  async #restockEverywhere(productId: string): Promise<void> {
    await this.#eachCrew(async ({ store }) => {
      await this.#desk.restock(store.identity.branchId, { productId, quantity: RESTOCK_QUANTITY });
      this.#restocked.set(`${store.id} ${productId}`, RESTOCK_QUANTITY);
    });
  }

  async #eachCrew(work: (crew: BranchCrew) => Promise<unknown>): Promise<void> {
    const waiting = [...this.crews];
    const worker = async () => {
      for (let crew = waiting.shift(); crew !== undefined; crew = waiting.shift()) await work(crew);
    };
    await Promise.all(Array.from({ length: STORES_AT_ONCE }, worker));
  }
}

function middleOf(survey: Survey): string {
  const dates = survey.expectation.ledger.keys().map((key) => key.slice(key.lastIndexOf(' ') + 1));
  const sorted = [...new Set(dates)].toSorted();
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? '';
}
