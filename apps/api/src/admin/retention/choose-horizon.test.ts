import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseHorizon, RETENTION_RULES, type StreamFacts } from './choose-horizon.ts';

const DAY_MS = 86_400_000;
const NOW_MS = 100 * DAY_MS;

const stream = fc
  .record({
    headSeq: fc.nat(20_000),
    horizonShare: fc.double({ min: 0, max: 1, noNaN: true }),
    marks: fc.array(fc.record({ ageDays: fc.nat(70), share: fc.double({ min: 0, max: 1, noNaN: true }) }), { maxLength: 20 }),
    checkpoints: fc.array(fc.record({ seq: fc.nat(20_000), ageDays: fc.nat(40) }), { maxLength: 6 }),
  })
  .map(
    ({ headSeq, horizonShare, marks, checkpoints }): StreamFacts => ({
      headSeq,
      horizonSeq: Math.floor(headSeq * horizonShare),
      nowMs: NOW_MS,
      marks: marks.map(({ ageDays, share }) => ({ markedAtMs: NOW_MS - ageDays * DAY_MS, headSeq: Math.floor(headSeq * share) })),
      checkpoints: checkpoints.map(({ seq, ageDays }) => ({ seq, presentedAtMs: NOW_MS - ageDays * DAY_MS })),
    }),
  );

const headBefore = (facts: StreamFacts, days: number) =>
  Math.max(0, ...facts.marks.filter((mark) => mark.markedAtMs <= NOW_MS - days * DAY_MS).map((mark) => mark.headSeq));

test('[F3] a horizon never moves back and never passes the newest entries', () => {
  fc.assert(
    fc.property(stream, (facts) => {
      const chosen = chooseHorizon(facts);
      expect(chosen).toBeGreaterThanOrEqual(facts.horizonSeq);
      expect(chosen).toBeLessThanOrEqual(Math.max(facts.horizonSeq, facts.headSeq - RETENTION_RULES.minimumKept));
    }),
  );
});

test('[P3] what a live device has not pulled stays, unless it is past the maximum age', () => {
  fc.assert(
    fc.property(stream, (facts) => {
      const chosen = chooseHorizon(facts);
      const live = facts.checkpoints.filter((entry) => entry.presentedAtMs >= NOW_MS - RETENTION_RULES.liveDeviceDays * DAY_MS);
      const tooOld = headBefore(facts, RETENTION_RULES.maximumAgeDays);
      for (const { seq } of live) expect(chosen).toBeLessThanOrEqual(Math.max(facts.horizonSeq, seq, tooOld));
    }),
  );
});

test('[F3] nothing younger than the minimum age goes', () => {
  fc.assert(
    fc.property(stream, (facts) => {
      expect(chooseHorizon(facts)).toBeLessThanOrEqual(Math.max(facts.horizonSeq, headBefore(facts, RETENTION_RULES.minimumAgeDays)));
    }),
  );
});

test('a device that was not heard of for a month holds nothing back', () => {
  const facts = { headSeq: 10_000, horizonSeq: 0, nowMs: NOW_MS, marks: [{ markedAtMs: NOW_MS - 20 * DAY_MS, headSeq: 8_000 }] };
  expect(chooseHorizon({ ...facts, checkpoints: [{ seq: 5, presentedAtMs: NOW_MS - 30 * DAY_MS }] })).toBe(8_000);
  expect(chooseHorizon({ ...facts, checkpoints: [{ seq: 5, presentedAtMs: NOW_MS - 3 * DAY_MS }] })).toBe(5);
});
