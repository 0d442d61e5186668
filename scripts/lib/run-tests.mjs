import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { root } from './root.mjs';
import { runStep } from './run-step.mjs';
import { turbo } from './build.mjs';
import { workspaces } from './workspaces.mjs';

const REPORT = join('.turbo', 'vitest.json');

/**
 * Everything `npm test` stands for: lint and types, the checks of the repository, the tests of every workspace.
 * The last line is `N passed, N failed`: tests, and one more failure for each step that failed without a failed test.
 */
export async function runTests(filters) {
  const failedSteps = [];
  const step = async (name, run) => {
    process.stderr.write(`\n── ${name}\n`);
    if ((await run()) !== 0) failedSteps.push(name);
  };

  await step('lint and types', () => turbo(['run', 'lint', 'typecheck', '--continue', '--output-logs=errors-only']));
  for (const script of checkScripts()) {
    await step(script, () => runStep(process.execPath, [join(root, 'scripts', script)]));
  }
  const counts = runScriptTests();
  await runVitest(filters, { counts, failedSteps });

  for (const name of failedSteps) process.stdout.write(`failed: ${name}\n`);
  const failed = counts.failed + failedSteps.length;
  process.stdout.write(`${counts.passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

function checkScripts() {
  return readdirSync(join(root, 'scripts'))
    .filter((name) => /^check-.*\.mjs$/.test(name) || name === 'spec-coverage.mjs')
    .toSorted();
}

/** The tests of these scripts run on Node's own runner: they must work before anything is installed. */
function runScriptTests() {
  process.stderr.write('\n── tests of scripts\n');
  const files = readdirSync(join(root, 'scripts', 'lib')).filter((name) => name.endsWith('.test.mjs'));
  const args = ['--test', '--test-reporter=tap', ...files.map((name) => join('scripts', 'lib', name))];
  const { stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  const countOf = (word) => Number(new RegExp(`^# ${word} (\\d+)$`, 'm').exec(stdout)?.[1] ?? 0);
  const counts = { passed: countOf('pass'), failed: countOf('fail') + countOf('cancelled') };
  if (counts.failed > 0 || counts.passed === 0) process.stderr.write(stdout);
  return counts.passed === 0 ? { passed: 0, failed: Math.max(1, counts.failed) } : counts;
}

async function runVitest(filters, { counts, failedSteps }) {
  const tested = workspaces().filter(({ manifest }) => manifest.scripts?.test?.startsWith('vitest') === true);
  for (const { folder } of tested) rmSync(join(folder, REPORT), { force: true });

  process.stderr.write('\n── tests\n');
  // Each workspace starts a PostgreSQL of its own; more at once than half the cores only makes them time out.
  const concurrency = Math.max(1, Math.floor(availableParallelism() / 2));
  await turbo(
    ['run', 'test', '--continue', `--concurrency=${concurrency}`, '--output-logs=full']
      .concat(['--', '--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`, ...filters]),
  );

  for (const { folder, manifest } of tested) {
    const report = readReport(join(folder, REPORT));
    counts.passed += report?.numPassedTests ?? 0;
    counts.failed += report?.numFailedTests ?? 0;
    // No report, or a file that did not even load: a failure without a failed test.
    if (report === null || (!report.success && report.numFailedTests === 0)) failedSteps.push(`tests of ${manifest.name}`);
  }
}

function readReport(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}
