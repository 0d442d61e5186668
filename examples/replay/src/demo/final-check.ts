import { differingKinds } from '@modula/sync-core';
import { formatCents } from '../data/cents.ts';
import type { DemoTill } from './demo-till.ts';
import type { Observer } from './observer.ts';

export interface DemoBranch {
  readonly observer: Observer;
  readonly tills: readonly DemoTill[];
}

/** Sends what waits, pulls everything, and compares: each sale of this run is at the service once, with its amount. */
export async function finalCheck(branches: readonly DemoBranch[]): Promise<{ summary: string; problems: readonly string[] }> {
  await Promise.all(branches.flatMap(({ tills }) => tills.map((till) => till.finish())));
  const problems = (await Promise.all(branches.map(problemsOf))).flat();
  const sales = branches.flatMap(({ tills }) => tills.flatMap((till) => [...till.sales.values()]));
  const total = formatCents(sales.reduce((sum, amount) => sum + amount, 0));
  return { summary: `${sales.length} sales for ${total} were made, each landed once, and all tills hold the same state.`, problems };
}

async function problemsOf({ observer, tills }: DemoBranch): Promise<string[]> {
  const reference = await observer.converge();
  const differing = await Promise.all(tills.map(async (till) => ({ till, kinds: differingKinds(await till.converge(), reference) })));
  const made = new Map(tills.flatMap((till) => [...till.sales]));
  const missing = [...made].filter(([saleId, amount]) => observer.sales.get(saleId) !== amount);
  const unknown = [...observer.sales.keys()].filter((saleId) => !made.has(saleId));
  return [
    ...tills.flatMap((till) => till.problems.map((problem) => `${till.name}: ${problem}`)),
    ...differing.filter(({ kinds }) => kinds.length > 0).map(({ till, kinds }) => `${till.name} differs in ${kinds.join(', ')}`),
    ...missing.map(([saleId]) => `${observer.store.name}: sale ${saleId} is not at the service as it was made`),
    ...unknown.map((saleId) => `${observer.store.name}: sale ${saleId} is at the service, and no till made it`),
  ];
}
