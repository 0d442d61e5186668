import { z } from 'zod';
import { checkText } from '../text.ts';

// Building blocks of payloads. Everything is bounded, and nothing has a default: what is hashed, stored and served is what was sent.

const MAX_STOCK_QUANTITY = 1_000_000_000;

function text(maxLength: number) {
  return z
    .string()
    .min(1)
    .max(maxLength)
    .refine((value) => checkText(value) === null, 'must be well-formed text without U+0000');
}

/** An id made by a device. */
export const deviceMadeId = text(100);
export const name = text(200);
export const reason = text(500);

// Ten thousand million dollars, or a million million riel. A thousand such amounts still add up exactly.
const MAX_AMOUNT_MINOR = 1_000_000_000_000;

/** Money in minor units. Bounded so that sums of sessions and days stay within the integers that JSON carries exactly. */
export const amountMinor = z.int().min(0).max(MAX_AMOUNT_MINOR);
export const signedAmountMinor = z.int().min(-MAX_AMOUNT_MINOR).max(MAX_AMOUNT_MINOR);

export const lineQuantity = z.int().min(1).max(1_000_000);
export const restockQuantity = z.int().min(1).max(MAX_STOCK_QUANTITY);
export const adjustQuantity = z
  .int()
  .min(-MAX_STOCK_QUANTITY)
  .max(MAX_STOCK_QUANTITY)
  .refine((value) => value !== 0, 'must not be zero');

export const percent = z.number().min(0).max(100);
export const fxRateKhrPerUsd = z.number().positive().max(1_000_000_000);
/** HALF_UP is an older name of NEAREST. */
export const khrRoundingMode = z.enum(['NEAREST', 'UP', 'DOWN', 'HALF_UP']);
/** Whole riel up to 100,000, as a number or its digits. */
export const khrRoundingGranularity = z.union([
  z.int().min(1).max(100_000),
  z
    .string()
    .max(6)
    .regex(/^(?:[1-9]\d{0,4}|100000)$/, 'must be a whole number of riel from 1 to 100000'),
]);
