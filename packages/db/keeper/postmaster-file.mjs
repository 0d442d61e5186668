// @ts-check
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { runsWith } from './processes.mjs';

/** @typedef {{ pid: number, port: number, state: string }} Postmaster */

/**
 * What postmaster.pid says: line 1 the process, line 4 the port, line 8 the state.
 * @param {string} cluster
 * @returns {Postmaster | null}
 */
export function readPostmaster(cluster) {
  try {
    const lines = readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3] ?? 0), state: (lines[7] ?? '').trim() };
  } catch {
    return null;
  }
}

/**
 * Whether that process is the server of this very cluster: its command line names the folder.
 * @param {string} cluster
 * @param {number} pid
 */
export function isServerOf(cluster, pid) {
  return runsWith(pid, ['postgres', cluster]);
}
