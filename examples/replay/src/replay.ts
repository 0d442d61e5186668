import { resolve } from 'node:path';
import { checkOutcome } from './checks/check-outcome.ts';
import { generateRows } from './data/generate-rows.ts';
import { readRows } from './data/read-rows.ts';
import type { SalesRow } from './data/sales-row.ts';
import { surveyRows } from './data/survey.ts';
import { parseReplayOptions, REPLAY_HELP, type ReplayOptions } from './options.ts';
import { startProgress } from './progress.ts';
import { Replay } from './replay-run.ts';
import { reportOf } from './report.ts';
import { complain, say } from './say.ts';
import { provisionChain } from './service/chain.ts';
import { startService } from './service/service-process.ts';
import { FRESH_AT_END, FRESH_MIDWAY, tillNames } from './tills/branch-crew.ts';
import { Workspace } from './workspace.ts';

const GENERATED = { seed: 'modula', stores: ['Sen Sok', 'Toul Kork', 'Riverside'], receiptsPerStoreDay: 200 };

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const parsed = parseReplayOptions(args);
  if (parsed.kind === 'help') {
    say(REPLAY_HELP);
    return 0;
  }
  if (parsed.kind === 'bad') {
    complain(`${parsed.message}\n\n${REPLAY_HELP}`);
    return 2;
  }
  const workspace = new Workspace();
  workspace.closeOnSignals();
  try {
    return await replay(parsed.options, workspace);
  } catch (error) {
    // What breaks after Ctrl-C broke because of it.
    if (!workspace.isClosing) complain(error);
    return 1;
  } finally {
    await workspace.close();
  }
}

async function replay(options: ReplayOptions, workspace: Workspace): Promise<number> {
  const startedMs = performance.now();
  const openRows = () => rowsOf(options);
  const survey = await surveyRows(openRows, options);
  const { url, dataDir, stores } = { ...(await serviceFor(options, workspace)), stores: survey.stores };
  const deviceNames = [...tillNames(options.tillsPerStore), FRESH_MIDWAY, FRESH_AT_END];
  const chain = await provisionChain({ name: `Replay ${new Date().toISOString()}`, stores, deviceNames, reissue: false }, { dataDir, workspace });

  const progress = startProgress(survey.expectation.ledger.total().receipts);
  workspace.defer(progress.stop);
  const { tillsPerStore, outageSeed } = options;
  const run = new Replay({ survey, chain, url, tillsPerStore, outageSeed, openRows, onSynced: progress.add, onDay: progress.onDay });
  workspace.defer(() => run.dispose());
  const sellingFromMs = performance.now();
  const outcome = await run.sellEverything();
  const sellingMs = performance.now() - sellingFromMs;
  await run.converge();
  progress.stop();

  const verdict = await checkOutcome(survey, outcome);
  say(reportOf({ survey, outcome, verdict, sellingMs, totalMs: performance.now() - startedMs }));
  return verdict.differences.length === 0 ? 0 : 1;
}

function rowsOf({ data, days }: ReplayOptions): AsyncIterable<SalesRow> {
  // npm runs scripts in the repository's root; the path was typed where npm was called.
  if (data !== null) return readRows(resolve(process.env['INIT_CWD'] ?? '.', data));
  return generateRows({ ...GENERATED, days: days ?? 1 });
}

/** The service that was named, or one of our own with a database that is gone afterwards unless DATABASE_URL names it. */
async function serviceFor({ url }: ReplayOptions, workspace: Workspace): Promise<{ url: string; dataDir: string }> {
  if (url !== null) return { url, dataDir: resolve(process.env['DATA_DIR'] ?? '.data') };
  const dataDir = workspace.temporaryFolder('modula-replay-');
  return { url: await startService({ dataDir, workspace }), dataDir };
}
