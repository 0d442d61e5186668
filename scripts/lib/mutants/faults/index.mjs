import { authorityFaults } from './authority.mjs';
import { feedFaults } from './feed.mjs';
import { gateFaults } from './gate.mjs';
import { isolationFaults } from './isolation.mjs';
import { orderFaults } from './order.mjs';
import { pullFaults } from './pull.mjs';

/**
 * Faults that were made before: by this service's predecessor, by the engines it was compared with, and while it was built.
 * `means` says it in words, `rules` are those it breaks, `tests` the files that must notice, `edits` put it into the source:
 * each `find` is in its file exactly once.
 */
export const FAULTS = [...gateFaults, ...orderFaults, ...authorityFaults, ...feedFaults, ...pullFaults, ...isolationFaults];
