import { assertNever } from './assert-never.ts';
import { ceilDivide, decimalOf, floorDivide, roundHalfUp } from './decimal.ts';

// All arithmetic is on integers of any size, so it is exact. A result that no wire field can hold (2^53 and more) comes
// back as a number that equals no such field, and the comparison with what the till wrote fails, as it should.

export type Currency = 'USD' | 'KHR';

/** How to round riel. `HALF_UP` is an older name of `NEAREST`. */
export type KhrRoundingMode = 'NEAREST' | 'UP' | 'DOWN' | 'HALF_UP';

/** The policy that a till priced a sale with, as the sale's payload holds it (M1). */
export interface PolicySnapshot {
  readonly vatEnabled: boolean;
  readonly vatRatePercent: number;
  readonly fxRateKhrPerUsd: number;
  readonly khrRoundingEnabled: boolean;
  readonly khrRoundingMode: KhrRoundingMode;
  /** Whole riel, as a number or its digits. */
  readonly khrRoundingGranularity: number | string;
}

export interface PricedLine {
  readonly quantity: number;
  readonly unitPriceMinor: number;
  /** Of the whole line, not per unit. */
  readonly discountMinor: number;
}

export interface SaleTotals {
  readonly subtotalMinor: number;
  readonly discountMinor: number;
  readonly vatMinor: number;
  readonly grandTotalMinor: number;
}

/** VAT on an amount after discount, rounded half up; 0 when VAT is off (M1). */
export function vatMinor(taxableMinor: number, policy: Pick<PolicySnapshot, 'vatEnabled' | 'vatRatePercent'>): number {
  return Number(exactVat(BigInt(taxableMinor), policy));
}

/** The totals that these lines and this policy make (M1). */
export function saleTotals(lines: readonly PricedLine[], policy: Pick<PolicySnapshot, 'vatEnabled' | 'vatRatePercent'>): SaleTotals {
  let subtotal = 0n;
  let discount = 0n;
  for (const line of lines) {
    subtotal += BigInt(line.quantity) * BigInt(line.unitPriceMinor);
    discount += BigInt(line.discountMinor);
  }
  const vat = exactVat(subtotal - discount, policy);
  return {
    subtotalMinor: Number(subtotal),
    discountMinor: Number(discount),
    vatMinor: Number(vat),
    grandTotalMinor: Number(subtotal - discount + vat),
  };
}

/**
 * What the customer owes, in the currency they pay with: US cents, or whole riel at the snapshot's rate. The exact product is
 * rounded once: by mode to the granularity where riel rounding is on, else half up to the nearest riel.
 */
export function payableIn(currency: Currency, grandTotalMinor: number, policy: Omit<PolicySnapshot, 'vatEnabled' | 'vatRatePercent'>): number {
  if (currency === 'USD') return grandTotalMinor;
  const rate = decimalOf(policy.fxRateKhrPerUsd);
  const granularity = policy.khrRoundingEnabled ? BigInt(policy.khrRoundingGranularity) : 1n;
  const mode = policy.khrRoundingEnabled ? policy.khrRoundingMode : 'NEAREST';
  const steps = roundBy(mode, BigInt(grandTotalMinor) * rate.numerator, 100n * rate.denominator * granularity);
  return Number(steps * granularity);
}

function exactVat(taxable: bigint, policy: Pick<PolicySnapshot, 'vatEnabled' | 'vatRatePercent'>): bigint {
  if (!policy.vatEnabled) return 0n;
  const rate = decimalOf(policy.vatRatePercent);
  return roundHalfUp(taxable * rate.numerator, 100n * rate.denominator);
}

function roundBy(mode: KhrRoundingMode, numerator: bigint, denominator: bigint): bigint {
  switch (mode) {
    case 'NEAREST':
    case 'HALF_UP':
      return roundHalfUp(numerator, denominator);
    case 'UP':
      return ceilDivide(numerator, denominator);
    case 'DOWN':
      return floorDivide(numerator, denominator);
    default:
      return assertNever(mode);
  }
}
