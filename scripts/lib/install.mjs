import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './root.mjs';
import { runStep } from './run-step.mjs';

// Inside node_modules on purpose: `npm ci` and a person's `rm -rf node_modules` both take it away.
const stampFile = join(root, 'node_modules', '.modula-install-stamp');

/** Runs `npm ci` when the lock file is not the one that node_modules was installed from. */
export async function install() {
  const wanted = createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) return;

  process.stderr.write('Installing dependencies (npm ci) …\n');
  const code = await runStep('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', ...cacheFlags()]);
  if (code !== 0) {
    process.stderr.write('npm ci failed; nothing was started.\n');
    process.exit(1);
  }
  writeFileSync(stampFile, wanted);
}

/** npm insists on a writable cache; a container may have a read-only home. */
function cacheFlags() {
  const cache = process.env.npm_config_cache ?? join(homedir(), '.npm');
  try {
    mkdirSync(cache, { recursive: true });
    accessSync(cache, constants.W_OK);
    return [];
  } catch {
    return ['--cache', join(tmpdir(), 'modula-npm-cache')];
  }
}
