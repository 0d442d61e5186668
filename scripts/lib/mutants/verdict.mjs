/** Per test file, everything the faults rest on: it must pass in the source as it is. */
export function soundWork(faults) {
  const rulesOf = new Map();
  for (const { tests, rules } of faults) {
    for (const test of tests) rulesOf.set(test, new Set([...(rulesOf.get(test) ?? []), ...rules]));
  }
  return [...rulesOf].map(([test, rules]) => ({ kind: 'sound', tests: [test], rules: [...rules].toSorted() }));
}

/** A fault must fail a test. A file that did not even load proves nothing: neither does a run in which nothing ran. */
export function verdictOf({ kind }, { passed, failed, broken }) {
  if (kind === 'sound') {
    if (failed.length > 0) return { isGood: false, said: `FAILS WITHOUT A FAULT: ${failed[0].name}: ${firstLine(failed[0].why)}` };
    if (broken.length > 0) return { isGood: false, said: `BROKEN: ${firstLine(broken[0])}` };
    return passed > 0 ? { isGood: true, said: `${passed} pass` } : { isGood: false, said: 'NO TEST CITES THE RULE' };
  }
  if (failed.length > 0) return { isGood: true, said: failed[0].name };
  return { isGood: false, said: broken.length > 0 ? `BROKEN, NOT NOTICED: ${firstLine(broken[0])}` : `SURVIVED ${passed} tests` };
}

/** One row of the table: seconds, fault or file, what noticed it. */
export function rowOf(piece, { verdict, answer }) {
  const what = piece.kind === 'sound' ? `(no fault) ${piece.tests[0].split('/').slice(-2).join('/')} [${piece.rules.join('] [')}]` : piece.means;
  return `| ${answer.seconds.toFixed(1).padStart(5)} s | ${what.padEnd(66)} | ${verdict.said}`;
}

function firstLine(text) {
  return text.split('\n')[0];
}
