const OLDEST = [20, 19];

/** Ends the process with a plain sentence when this Node is too old. */
export function checkNodeVersion() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  process.stderr.write(`Modula Sync needs Node ${OLDEST.join('.')} or newer. This is Node ${process.versions.node}.\n`);
  process.exit(1);
}
