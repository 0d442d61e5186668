import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
// A repository of its own, so that the lock of the one that runs this test is left alone.
const folder = mkdtempSync(join(tmpdir(), 'modula-lock-'));
after(() => rmSync(folder, { recursive: true, force: true }));
cpSync(fileURLToPath(new URL('.', import.meta.url)), join(folder, 'scripts', 'lib'), { recursive: true });
writeFileSync(
  join(folder, 'worker.mjs'),
  `import { rmSync, writeFileSync } from 'node:fs';
import { withLock } from './scripts/lib/lock.mjs';
for (let turn = 0; turn < 5; turn += 1) {
  await withLock(async () => {
    writeFileSync('inside', '', { flag: 'wx' }); // Fails when somebody else is inside.
    await new Promise((resolve) => setTimeout(resolve, 2));
    rmSync('inside');
    if (process.argv[2] === 'dies') process.kill(process.pid, 'SIGKILL');
  });
}`,
);

test('only one process at a time is inside the lock, and a dead owner does not keep it', async () => {
  const start = (how) => run(process.execPath, ['worker.mjs', how], { cwd: folder }).then(() => 'done', (error) => error.signal ?? error.message);
  const outcomes = await Promise.all(['lives', 'dies', 'lives', 'dies', 'lives'].map(start));
  assert.deepEqual(outcomes, ['done', 'SIGKILL', 'done', 'SIGKILL', 'done']);
});
