/** An exact fraction. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const shortestForm = /^(-?\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/;

/** The number that its shortest decimal form says: 0.1 is one tenth here, as the person who typed it meant. */
export function decimalOf(value: number): Fraction {
  const [, whole, decimals = '', exponent = '0'] = shortestForm.exec(String(value)) ?? [];
  if (whole === undefined) throw new RangeError(`${value} has no decimal form`);
  const digits = BigInt(whole + decimals);
  const scale = decimals.length - Number(exponent);
  return scale >= 0 ? { numerator: digits, denominator: 10n ** BigInt(scale) } : { numerator: digits * 10n ** BigInt(-scale), denominator: 1n };
}

// BigInt division truncates towards zero; these go by the number line, so that negative amounts round the same way.

export function floorDivide(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  return numerator % denominator < 0n ? quotient - 1n : quotient;
}

export function ceilDivide(numerator: bigint, denominator: bigint): bigint {
  return -floorDivide(-numerator, denominator);
}

export function roundHalfUp(numerator: bigint, denominator: bigint): bigint {
  return floorDivide(2n * numerator + denominator, 2n * denominator);
}
