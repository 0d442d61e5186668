import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectedMinorOf, isReachable, withFigures, withMovement } from './rules.ts';
import type { CashSessionRow } from './table.ts';

const OPENED: CashSessionRow = {
  cashSessionId: 'drawer',
  branchId: 'b1',
  deviceId: 'd1',
  openedBy: 'a1',
  status: 'OPEN',
  openingFloatMinor: 10_000,
  cashSalesMinor: 0,
  paidInMinor: 0,
  paidOutMinor: 0,
  adjustmentMinor: 0,
  expectedMinor: 10_000,
  countedMinor: null,
  varianceMinor: null,
  openedAt: '2026-11-22T08:00:00.000Z',
  closedAt: null,
  closedBy: null,
};

test('[M2] expected cash is the float, plus sales, plus paid in, minus paid out, plus adjustments', () => {
  const figures = { openingFloatMinor: 10_000, cashSalesMinor: 523, paidInMinor: 2_000, paidOutMinor: 700, adjustmentMinor: -5 };
  expect(expectedMinorOf(figures)).toBe(11_818);
});

test('[M2] after any movements the expected cash is what a plain sum says', () => {
  const movement = fc.record({
    kind: fc.constantFrom('PAID_IN', 'PAID_OUT', 'ADJUSTMENT'),
    amountMinor: fc.integer({ min: 1, max: 1_000_000 }),
  });
  fc.assert(
    fc.property(fc.array(movement), (movements) => {
      const after = movements.reduce(withMovement, OPENED);
      const sum = movements.reduce((total, { kind, amountMinor }) => total + (kind === 'PAID_OUT' ? -amountMinor : amountMinor), 10_000);
      expect(after.expectedMinor).toBe(sum);
    }),
  );
});

test('[M2] an adjustment carries its own sign', () => {
  expect(withMovement(OPENED, { kind: 'ADJUSTMENT', amountMinor: -300 }).expectedMinor).toBe(9_700);
});

test('[M2] changing a figure leaves the others alone', () => {
  expect(withFigures(OPENED, { cashSalesMinor: 523 })).toEqual({ ...OPENED, cashSalesMinor: 523, expectedMinor: 10_523 });
});

test('[M2] a till reaches its own session, a person without a till any of the branch', () => {
  expect(isReachable(OPENED, { branchId: 'b1', deviceId: 'd1' })).toBe(true);
  expect(isReachable(OPENED, { branchId: 'b1', deviceId: null })).toBe(true);
  expect(isReachable(OPENED, { branchId: 'b1', deviceId: 'd2' })).toBe(false);
  expect(isReachable(OPENED, { branchId: 'b2', deviceId: null })).toBe(false);
});
