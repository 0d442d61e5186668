import { differingKinds } from '@modula/sync-core';
import type { Survey } from '../data/survey.ts';
import { stockItemOf } from '../menu/menu-desk.ts';
import type { ReplayOutcome } from '../replay-run.ts';
import type { BranchCrew } from '../tills/branch-crew.ts';
import type { TillBooks } from '../tills/till-books.ts';
import { DayLedger } from './day-totals.ts';
import { ledgerOfSales } from './hydrated-totals.ts';

export interface Verdict {
  /** What a fresh till's cache says was sold. */
  readonly hydrated: DayLedger;
  /** Everything that is not as it must be. Empty: it balances. */
  readonly differences: readonly string[];
}

/** Holds what came out against the file, to the cent, and the tills against each other. */
export async function checkOutcome(survey: Survey, outcome: ReplayOutcome): Promise<Verdict> {
  const hydrated = new DayLedger();
  const differences: string[] = [];
  for (const crew of outcome.crews) {
    const sold = ledgerOfSales(crew.store.id, await crew.atEnd.client.list('sale.sale'));
    hydrated.absorb(sold.ledger);
    differences.push(...sold.problems);
    differences.push(...crew.tills.flatMap((till) => bookProblems(till.name, till.books)));
    differences.push(...(await convergenceProblems(crew)));
    differences.push(...drawerProblems(crew, survey));
    differences.push(...(await stockProblems(crew, { survey, outcome })));
  }
  differences.push(...DayLedger.differences(survey.expectation.ledger, hydrated));
  return { hydrated, differences };
}

function bookProblems(till: string, books: TillBooks): string[] {
  const problems = books.problems.map((problem) => `${till}: ${problem}`);
  if (books.failed > 0) problems.push(`${till}: ${books.failed} operations FAILED`);
  if (books.synced !== books.enqueued) problems.push(`${till}: ${books.enqueued} operations were enqueued and ${books.synced} settled`);
  return problems;
}

/** Every till of a branch, however it came there, holds the same state; and a fingerprint counted anew agrees. */
async function convergenceProblems({ store, tills, midway, atEnd }: BranchCrew): Promise<string[]> {
  const reference = await atEnd.proof();
  const others = await Promise.all([...tills, midway].map(async (till) => ({ name: till.name, kinds: differingKinds(await till.proof(), reference) })));
  const problems = others.filter(({ kinds }) => kinds.length > 0).map(({ name, kinds }) => `${store.name}: ${name} differs in ${kinds.join(', ')}`);
  const miscounted = await atEnd.client.selfCheck();
  if (miscounted.length > 0) problems.push(`${store.name}: the running proof is wrong in ${miscounted.join(', ')}`);
  return problems;
}

/** Money in drawers, as closing told it, plus money that never was in one, is the file's revenue, day by day. */
function drawerProblems({ store, tills }: BranchCrew, survey: Survey): string[] {
  const dates = survey.expectation.ledger.keys().filter((key) => key.startsWith(`${store.id} `));
  return dates.flatMap((key) => {
    const date = key.slice(store.id.length + 1);
    const expectedMinor = survey.expectation.ledger.of(store.id, date).revenueMinor;
    const cashMinor = sumOf(tills, (books) => books.serviceCashByDate.get(date));
    const cashlessMinor = sumOf(tills, (books) => books.cashlessByDate.get(date));
    if (cashMinor + cashlessMinor === expectedMinor) return [];
    return [`${store.name} ${date}: drawers ${cashMinor} + cashless ${cashlessMinor} cents are not the file's ${expectedMinor}`];
  });
}

function sumOf(tills: BranchCrew['tills'], amount: (books: TillBooks) => number | undefined): number {
  return tills.reduce((sum, till) => sum + (amount(till.books) ?? 0), 0);
}

/** A sale applied twice, or not at all, would show here too: stock is what was delivered less what was sold. */
async function stockProblems({ store, atEnd }: BranchCrew, { survey, outcome }: { survey: Survey; outcome: ReplayOutcome }): Promise<string[]> {
  const problems: string[] = [];
  for (const productId of outcome.desk.trackedProducts) {
    const place = `${store.id} ${productId}`;
    const expected = (outcome.restocked.get(place) ?? 0) - (survey.expectation.soldByProduct.get(place) ?? 0);
    const stock = await atEnd.client.get('inventory.stock', stockItemOf(productId));
    if (stock?.['onHand'] !== expected) problems.push(`${store.name}: stock of ${productId} should be ${expected}, is ${JSON.stringify(stock)}`);
  }
  return problems;
}
