import { spawn } from 'node:child_process';
import { root } from './root.mjs';

/**
 * Runs a command in the repository. Its output goes to stderr: at once (`show: 'always'`) or, so that a step
 * with nothing to do says nothing, only when it fails (`show: 'on-failure'`).
 * A signal ends the command first and then this process, so that no half-done install is left running behind our back.
 */
export function runStep(command, args, { show = 'always', env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const quiet = show === 'on-failure';
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', quiet ? 'pipe' : 2, quiet ? 'pipe' : 2],
      shell: process.platform === 'win32',
    });
    const said = [];
    child.stdout?.on('data', (chunk) => said.push(chunk));
    child.stderr?.on('data', (chunk) => said.push(chunk));

    let stoppedBy = null;
    const passOn = (signal) => {
      stoppedBy = signal;
      child.kill(signal);
    };
    process.on('SIGINT', passOn);
    process.on('SIGTERM', passOn);
    const release = () => {
      process.off('SIGINT', passOn);
      process.off('SIGTERM', passOn);
    };

    child.on('error', (error) => {
      release();
      reject(error);
    });
    child.on('close', (code) => {
      release();
      if (stoppedBy !== null) process.exit(stoppedBy === 'SIGINT' ? 130 : 143);
      if (code !== 0 && quiet) process.stderr.write(Buffer.concat(said));
      resolve(code ?? 1);
    });
  });
}
