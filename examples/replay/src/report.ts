import type { Verdict } from './checks/check-outcome.ts';
import { formatCents } from './data/cents.ts';
import type { Survey } from './data/survey.ts';
import type { ReplayOutcome } from './replay-run.ts';
import { textTable } from './text-table.ts';

const DIFFERENCES_SHOWN = 40;

/** What a person reads when it is over. */
export function reportOf(result: { survey: Survey; outcome: ReplayOutcome; verdict: Verdict; sellingMs: number; totalMs: number }): string {
  const { survey, outcome, verdict } = result;
  const parts = [branchTable(survey, outcome, verdict), summary(result), faultLine(outcome)];
  return [...parts, verdictText(verdict)].join('\n\n');
}

function branchTable(survey: Survey, { crews }: ReplayOutcome, { hydrated }: Verdict): string {
  const total = survey.expectation.ledger.total();
  const found = hydrated.total();
  const rows = crews.map(({ store, tills }) => {
    const wanted = survey.expectation.ledger.total(store.id);
    const got = hydrated.total(store.id);
    return [store.name, String(tills.length), ...figures(wanted, got)];
  });
  const heading = ['branch', 'tills', 'receipts', 'items', 'revenue in the file', 'revenue hydrated', 'difference'];
  return textTable([heading, ...rows, ['all', String(crews.flatMap((crew) => crew.tills).length), ...figures(total, found)]]);
}

type Totals = ReturnType<Verdict['hydrated']['total']>;

function figures(wanted: Totals, got: Totals): string[] {
  return [
    got.receipts.toLocaleString('en-US'),
    got.items.toLocaleString('en-US'),
    formatCents(wanted.revenueMinor),
    formatCents(got.revenueMinor),
    formatCents(got.revenueMinor - wanted.revenueMinor),
  ];
}

function summary({ survey, outcome, sellingMs, totalMs }: Parameters<typeof reportOf>[0]): string {
  const books = outcome.crews.flatMap((crew) => crew.tills.map((till) => till.books));
  const operations = books.reduce((sum, { synced }) => sum + synced, 0);
  const perSecond = Math.round((operations * 1_000) / sellingMs);
  const lines = [
    `${survey.rows.toLocaleString('en-US')} lines over ${outcome.days} days, ${outcome.skippedRows} without a quantity skipped`,
    `${operations.toLocaleString('en-US')} operations synced in ${(sellingMs / 1_000).toFixed(1)} s (${perSecond}/s), ${outcome.desk.edits} menu edits; ${(totalMs / 1_000).toFixed(1)} s in all`,
  ];
  return lines.join('\n');
}

function faultLine({ faultCounts }: ReplayOutcome): string {
  const { cuts, aborted, lostAnswers, duplicates, reordered } = faultCounts;
  return `network: ${cuts} outages, ${aborted} requests aborted, ${lostAnswers} answers lost, ${duplicates} batches sent twice, ${reordered} sent again late`;
}

function verdictText({ differences }: Verdict): string {
  if (differences.length === 0) return 'It balances: every receipt landed once, every till holds the same state, every proof matches.';
  const more = differences.length > DIFFERENCES_SHOWN ? [`… and ${differences.length - DIFFERENCES_SHOWN} more`] : [];
  return [`${differences.length} differences:`, ...differences.slice(0, DIFFERENCES_SHOWN), ...more].join('\n  ');
}
