import { expect, test } from 'vitest';
import { DEFAULT_POLICY, storedPolicy, updatedPolicy } from './rules.ts';

test('the first update of a branch fills in the defaults', () => {
  expect(updatedPolicy(undefined, { saleVatEnabled: true })).toEqual({ ...DEFAULT_POLICY, saleVatEnabled: true });
});

test('an update changes the keys it names, to false and 0 as well', () => {
  const before = { ...DEFAULT_POLICY, saleVatEnabled: true, saleVatRatePercent: 10, saleAllowPayLater: true };
  const after = updatedPolicy(before, { saleVatEnabled: false, saleVatRatePercent: 0 });
  expect(after).toEqual({ ...before, saleVatEnabled: false, saleVatRatePercent: 0 });
});

test('a stored policy reads as it was written', () => {
  expect(storedPolicy({ branchId: 'b1', policy: JSON.stringify(DEFAULT_POLICY) })).toEqual(DEFAULT_POLICY);
  expect(storedPolicy(undefined)).toBeUndefined();
});
