import { join } from 'node:path';
import { root } from './root.mjs';
import { runStep } from './run-step.mjs';

const SPEAK_AFTER_MS = 1_500;

/**
 * Builds a workspace and what it depends on (null: everything). Turbo's cache makes it a few tenths of a second when nothing
 * changed. Answers whether it succeeded.
 */
export async function build(workspace) {
  const patience = setTimeout(() => process.stderr.write('Building …\n'), SPEAK_AFTER_MS);
  const filter = workspace === null ? [] : [`--filter=${workspace}...`];
  const code = await turbo(['run', 'build', ...filter, '--output-logs=errors-only'], { show: 'on-failure' });
  clearTimeout(patience);
  return code === 0;
}

export function turbo(args, options) {
  // The JavaScript launcher, not the shim in .bin: it is the same file name on every platform.
  return runStep(process.execPath, [join(root, 'node_modules', 'turbo', 'bin', 'turbo'), '--ui=stream', ...args], options);
}
