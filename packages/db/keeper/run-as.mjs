// @ts-check
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** @typedef {{ command: string, args: string[], owner: { uid: number, gid: number } | null }} Runnable */

/** A user id that has a passwd entry nearly everywhere; initdb looks its name up. */
const NOBODY = 65_534;
const NAMESPACE = ['-U', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`];

/** @type {'plain' | 'namespace' | 'setuid' | null} */
let way = null;

/**
 * How to run a PostgreSQL program, which refuses to be root. As root: inside a user namespace, where files stay root's and the process
 * id stays the same; where namespaces are forbidden, as another user, who then has to own the data.
 * @param {string} program
 * @param {string[]} args
 * @returns {Runnable}
 */
export function runnable(program, args) {
  way ??= chooseWay();
  if (way === 'namespace') return { command: 'unshare', args: [...NAMESPACE, program, ...args], owner: null };
  if (way === 'setuid') return { command: program, args, owner: unprivilegedUser() };
  return { command: program, args, owner: null };
}

/**
 * Hands the directory to the user that PostgreSQL runs as, when that is another one than us.
 * @param {string} directory
 */
export function handOver(directory) {
  const { owner } = runnable('true', []);
  if (owner !== null) execFileSync('chown', ['-R', `${owner.uid}:${owner.gid}`, directory]);
}

function chooseWay() {
  if (process.getuid?.() !== 0) return 'plain';
  return spawnSync('unshare', [...NAMESPACE, 'true']).status === 0 ? 'namespace' : 'setuid';
}

function unprivilegedUser() {
  const users = readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':'));
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  if (user === undefined) throw new Error('PostgreSQL refuses to run as root and there is no user "postgres" or "nobody". Set DATABASE_URL.');
  return { uid: Number(user[2]), gid: Number(user[3]) };
}
