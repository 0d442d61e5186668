import { join } from 'node:path';
import { createVitest } from 'vitest/node';
import { COPIED } from './sandbox.mjs';

const TEST_TIMEOUT_MS = 20_000;

/**
 * Runs tests in one copy of the source, as often as asked, on one PostgreSQL per workspace that stays up in between.
 * Starting them anew for each fault would take longer than the tests.
 */
export class Runner {
  #folder;
  #vitest = null;
  #stopAtFirst = false;
  #outcome = { passed: 0, failed: [], broken: [] };

  constructor(folder) {
    this.#folder = folder;
  }

  /**
   * Runs the tests of these files whose names cite one of these rules. Answers how many passed, and which failed and why; with
   * `stopAtFirst` the rest is skipped after one has. `broken`: what did not get as far as a test, a file that does not load for one.
   */
  async run({ tests, rules, stopAtFirst }) {
    const vitest = (this.#vitest ??= await this.#start());
    this.#stopAtFirst = stopAtFirst;
    this.#outcome = { passed: 0, failed: [], broken: [] };
    vitest.setGlobalTestNamePattern(new RegExp(`\\[(${rules.join('|')})\\]`));
    await vitest.runTestSpecifications(tests.map((test) => this.#specification(vitest, test)));
    return this.#outcome;
  }

  /** These files are no longer what they were. A migration shapes the database itself, which is then made anew. */
  async changed(paths) {
    if (paths.some((path) => path.endsWith('.sql'))) return this.close();
    for (const path of paths) this.#vitest?.invalidateFile(path.replaceAll('\\', '/'));
  }

  async close() {
    const vitest = this.#vitest;
    this.#vitest = null;
    await vitest?.close();
  }

  #start() {
    // What a run answers holds the runs before it too; a reporter hears of this one only.
    const takeErrors = (part) => this.#outcome.broken.push(...part.errors().map((error) => String(error.stack ?? error.message)));
    const reporter = {
      onTestCaseResult: (test) => {
        const { state, errors } = test.result();
        if (state === 'passed') this.#outcome.passed += 1;
        if (state !== 'failed') return;
        this.#outcome.failed.push({ name: test.name, why: String(errors?.[0]?.message) });
        if (this.#stopAtFirst) void this.#vitest?.cancelCurrentRun('test-failure');
      },
      onTestSuiteResult: takeErrors,
      onTestModuleEnd: takeErrors,
    };
    return createVitest('test', {
      root: this.#folder,
      config: false,
      projects: COPIED.map((workspace) => join(this.#folder, workspace)),
      watch: false,
      maxWorkers: 1,
      testTimeout: TEST_TIMEOUT_MS,
      reporters: [reporter],
    });
  }

  #specification(vitest, test) {
    const workspace = COPIED.find((candidate) => test.startsWith(`${candidate}/`));
    const project = vitest.projects.find(({ config }) => config.root.replaceAll('\\', '/').endsWith(`/${workspace}`));
    if (project === undefined) throw new Error(`no workspace of the copy has ${test}`);
    return project.createSpecification(join(this.#folder, test).replaceAll('\\', '/'));
  }
}
