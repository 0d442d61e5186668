/** What a branch took on a day. */
export interface DayTotals {
  readonly revenueMinor: number;
  readonly items: number;
  readonly receipts: number;
}

const NOTHING: DayTotals = { revenueMinor: 0, items: 0, receipts: 0 };

/** Totals per branch and day. */
export class DayLedger {
  readonly #totals = new Map<string, DayTotals>();

  add(branch: string, date: string, taken: DayTotals): void {
    const key = `${branch} ${date}`;
    this.#totals.set(key, sum(this.#totals.get(key) ?? NOTHING, taken));
  }

  absorb(other: DayLedger): void {
    for (const [key, taken] of other.#totals) this.#totals.set(key, sum(this.#totals.get(key) ?? NOTHING, taken));
  }

  of(branch: string, date: string): DayTotals {
    return this.#totals.get(`${branch} ${date}`) ?? NOTHING;
  }

  /** `branch date` of every day on which anything was added. */
  keys(): string[] {
    return [...this.#totals.keys()];
  }

  total(branch?: string): DayTotals {
    const entries = [...this.#totals].filter(([key]) => branch === undefined || key.startsWith(`${branch} `));
    return entries.reduce((all, [, taken]) => sum(all, taken), NOTHING);
  }

  /** One line per branch and day in which the two differ. */
  static differences(expected: DayLedger, found: DayLedger): string[] {
    const keys = new Set([...expected.#totals.keys(), ...found.#totals.keys()]);
    return [...keys].toSorted().flatMap((key) => {
      const wanted = expected.#totals.get(key) ?? NOTHING;
      const got = found.#totals.get(key) ?? NOTHING;
      return isSame(wanted, got) ? [] : [`${key}: expected ${describe(wanted)}, found ${describe(got)}`];
    });
  }
}

function sum(left: DayTotals, right: DayTotals): DayTotals {
  return {
    revenueMinor: left.revenueMinor + right.revenueMinor,
    items: left.items + right.items,
    receipts: left.receipts + right.receipts,
  };
}

function isSame(left: DayTotals, right: DayTotals): boolean {
  return left.revenueMinor === right.revenueMinor && left.items === right.items && left.receipts === right.receipts;
}

function describe({ revenueMinor, items, receipts }: DayTotals): string {
  return `${revenueMinor} cents in ${receipts} receipts with ${items} items`;
}
