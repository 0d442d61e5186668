import { runVectors } from './run-vectors.ts';

// What the page of browser.test.ts loads.
Object.assign(globalThis, { runVectors });
