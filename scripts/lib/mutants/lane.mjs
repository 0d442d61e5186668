// A process that has a copy of the source, and tries what the parent sends it: { kind: 'sound', tests, rules } or { kind: 'fault', index }.
import { putIn } from './edit-files.mjs';
import { FAULTS } from './faults/index.mjs';
import { Runner } from './runner.mjs';
import { makeSandbox } from './sandbox.mjs';

const sandbox = makeSandbox();
const runner = new Runner(sandbox.folder);

async function tryFault(fault) {
  const { paths, takeBack } = putIn(fault, sandbox.folder);
  try {
    await runner.changed(paths);
    return await runner.run({ ...fault, stopAtFirst: true });
  } finally {
    takeBack();
    await runner.changed(paths);
  }
}

async function answer(work) {
  const startedMs = performance.now();
  try {
    const outcome = work.kind === 'fault' ? await tryFault(FAULTS[work.index]) : await runner.run({ ...work, stopAtFirst: false });
    process.send({ ...outcome, seconds: (performance.now() - startedMs) / 1_000 });
  } catch (error) {
    process.send({ passed: 0, failed: [], broken: [String(error.stack)], seconds: (performance.now() - startedMs) / 1_000 });
  }
}

process.on('message', (work) => void answer(work));
// Ctrl-C reaches us too; the parent's end is what ends us, tidily.
process.on('SIGINT', () => {});
// The parent is gone or has no more work.
process.on('disconnect', () => {
  void runner.close().finally(() => {
    sandbox.remove();
    process.exit();
  });
});
