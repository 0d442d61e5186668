const decimalForm = /^(\d+)(?:\.(\d{1,2}))?$/;

/** `'0.8'` and `'0.80'` are 80: read digit by digit, because 0.8 × 100 in floating point need not be 80. */
export function parseCents(text: string): number {
  const [, whole, decimals = ''] = decimalForm.exec(text) ?? [];
  if (whole === undefined) throw new Error(`not an amount of money with at most two decimals: ${JSON.stringify(text)}`);
  const cents = Number(whole) * 100 + Number(decimals.padEnd(2, '0'));
  if (!Number.isSafeInteger(cents)) throw new Error(`an amount too large to be exact: ${text}`);
  return cents;
}

/** `69881233` is `698,812.33`. */
export function formatCents(cents: number): string {
  const whole = Math.trunc(Math.abs(cents) / 100).toLocaleString('en-US');
  return `${cents < 0 ? '-' : ''}${whole}.${String(Math.abs(cents) % 100).padStart(2, '0')}`;
}
