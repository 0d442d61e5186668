import type { ChildProcess } from 'node:child_process';

const STOP_WITHIN_MS = 15_000;

/** Asks a child to end, and resolves when it has. Does nothing for one that ended by itself. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return;
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await childEnded(child);
  clearTimeout(force);
}

/** Resolves when the child is gone. */
export async function childEnded(child: ChildProcess): Promise<void> {
  if (isRunning(child)) await new Promise((resolve) => child.once('exit', resolve));
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null && child.pid !== undefined;
}
