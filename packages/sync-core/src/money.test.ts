import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { payableIn, saleTotals, vatMinor, type PolicySnapshot } from './money.ts';

const policy: PolicySnapshot = {
  vatEnabled: true,
  vatRatePercent: 10,
  fxRateKhrPerUsd: 4100,
  khrRoundingEnabled: true,
  khrRoundingMode: 'NEAREST',
  khrRoundingGranularity: 100,
};

describe('saleTotals', () => {
  test('[M1] the discount is of the line, VAT is on what is left', () => {
    const lines = [
      { quantity: 2, unitPriceMinor: 250, discountMinor: 50 },
      { quantity: 1, unitPriceMinor: 175, discountMinor: 0 },
    ];
    expect(saleTotals(lines, policy)).toStrictEqual({ subtotalMinor: 675, discountMinor: 50, vatMinor: 63, grandTotalMinor: 688 });
    expect(saleTotals(lines, { ...policy, vatEnabled: false })).toStrictEqual({ subtotalMinor: 675, discountMinor: 50, vatMinor: 0, grandTotalMinor: 625 });
  });

  test('[M1] sums that no wire field can hold equal no wire field, and nothing throws', () => {
    const huge = { quantity: 1_000_000, unitPriceMinor: Number.MAX_SAFE_INTEGER, discountMinor: 0 };
    const totals = saleTotals(Array.from({ length: 500 }, () => huge), policy);
    expect(Number.isSafeInteger(totals.subtotalMinor)).toBe(false);
    expect(Number.isSafeInteger(payableIn('KHR', Number.MAX_SAFE_INTEGER, policy))).toBe(false);
  });
});

describe('vatMinor', () => {
  test.each([
    [5, 10, 1],
    [4, 10, 0],
    [15, 10, 2],
    [100, 0, 0],
    [1000, 7.25, 73],
    // 1.0005 is just below that in binary: 1000.5 exactly goes up only when the decimal that was typed counts.
    [100, 1.5, 2],
    [1000, 1.005, 10],
    [100_000, 1.0005, 1001],
    [200, 0.25, 1],
    [1, 1e-7, 0],
    [Number.MAX_SAFE_INTEGER, 100, Number.MAX_SAFE_INTEGER],
  ])('[M1] %d at %d %% is %d', (taxable, vatRatePercent, expected) => {
    expect(vatMinor(taxable, { vatEnabled: true, vatRatePercent })).toBe(expected);
  });

  test('[M1] is within half a cent of the exact product, half going up', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 10_000 }), (taxable, hundredths) => {
        const vat = BigInt(vatMinor(taxable, { vatEnabled: true, vatRatePercent: hundredths / 100 }));
        const over = vat * 10_000n - BigInt(taxable) * BigInt(hundredths);
        expect(over > -5_000n && over <= 5_000n).toBe(true);
      }),
    );
  });
});

describe('payableIn', () => {
  test('[M1] dollars are owed as they are', () => {
    expect(payableIn('USD', 123, policy)).toBe(123);
  });

  test.each([
    ['NEAREST', 100, 301, 12_300],
    ['NEAREST', 100, 350, 14_400],
    ['HALF_UP', 100, 350, 14_400],
    ['UP', 100, 301, 12_400],
    ['DOWN', 100, 350, 14_300],
    ['NEAREST', 1000, 350, 14_000],
    ['UP', '1000', 350, 15_000],
    ['DOWN', '1000', 350, 14_000],
    ['UP', 100, 400, 16_400],
    ['UP', 100, 0, 0],
  ] as const)('[M1] %s to %s riel: %d cents are %d riel', (khrRoundingMode, khrRoundingGranularity, cents, riel) => {
    expect(payableIn('KHR', cents, { ...policy, khrRoundingMode, khrRoundingGranularity })).toBe(riel);
  });

  test('[M1] without rounding it is the nearest riel, half going up, whatever the mode says', () => {
    const off = { ...policy, khrRoundingEnabled: false, khrRoundingMode: 'UP', fxRateKhrPerUsd: 4050 } as const;
    expect(payableIn('KHR', 1, off)).toBe(41);
    expect(payableIn('KHR', 1, { ...off, fxRateKhrPerUsd: 4049.9 })).toBe(40);
  });

  test('[M1] the exact product is rounded once', () => {
    // 4100.1 riel: rounding to whole riel first would lose what makes UP go up.
    expect(payableIn('KHR', 100, { ...policy, fxRateKhrPerUsd: 4100.1, khrRoundingMode: 'UP' })).toBe(4200);
  });

  test('[M1] a rate is the decimal that was typed, not its binary neighbour', () => {
    expect(payableIn('KHR', 100_000_000_000, { ...policy, fxRateKhrPerUsd: 4100.35, khrRoundingEnabled: false })).toBe(4_100_350_000_000);
    expect(payableIn('KHR', 100, { ...policy, fxRateKhrPerUsd: 1e-7, khrRoundingEnabled: false })).toBe(0);
  });

  test('[M1] DOWN ≤ exact ≤ UP, one step apart at most, and NEAREST is one of them', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 1_000_000 }), fc.constantFrom(100, 1000), (cents, rateHundredths, khrRoundingGranularity) => {
        const at = (khrRoundingMode: 'UP' | 'DOWN' | 'NEAREST') =>
          payableIn('KHR', cents, { ...policy, fxRateKhrPerUsd: rateHundredths / 100, khrRoundingMode, khrRoundingGranularity });
        expect([0, khrRoundingGranularity]).toContain(at('UP') - at('DOWN'));
        expect([at('UP'), at('DOWN')]).toContain(at('NEAREST'));
        expect(BigInt(at('DOWN')) * 10_000n <= BigInt(cents) * BigInt(rateHundredths)).toBe(true);
      }),
    );
  });
});
