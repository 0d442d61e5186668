#!/usr/bin/env node
// Do the tests notice? Puts each fault of lib/mutants/faults into a copy of the source and runs the tests that cite the rules it
// breaks. One of them must fail; all of them must pass without the fault. `npm run mutants -- <words>` tries the matching ones only.
import { complaintsAbout } from './lib/mutants/edit-files.mjs';
import { FAULTS } from './lib/mutants/faults/index.mjs';
import { inLanes } from './lib/mutants/lanes.mjs';
import { rowOf, soundWork, verdictOf } from './lib/mutants/verdict.mjs';
import { root } from './lib/root.mjs';

/** Each has a PostgreSQL of its own; two keep two cores busy, more only make tests time out. */
const LANES = 2;

const words = process.argv.slice(2).map((word) => word.toLowerCase());
const isChosen = ({ means }) => words.every((word) => means.toLowerCase().includes(word));
const faults = FAULTS.map((fault, index) => ({ kind: 'fault', index, ...fault })).filter(isChosen);
const complaints = faults.flatMap((fault) => complaintsAbout(fault, root));
if (complaints.length > 0) {
  process.stderr.write(`${complaints.join('\n')}\nThe source moved on: say where these faults go now.\n`);
  process.exit(1);
}

const work = [...soundWork(faults), ...faults];
const startedMs = performance.now();
let failures = faults.length === 0 ? 1 : 0;

await inLanes(work, {
  count: LANES,
  onAnswer: (piece, answer) => {
    const verdict = verdictOf(piece, answer);
    if (!verdict.isGood) failures += 1;
    process.stdout.write(`${rowOf(piece, { verdict, answer })}\n`);
  },
});

const seconds = Math.round((performance.now() - startedMs) / 1_000);
process.stdout.write(`${faults.length} faults, ${failures} not noticed or not sound, ${seconds} s\n`);
process.exitCode = failures === 0 ? 0 : 1;
