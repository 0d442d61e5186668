import type { Discounts } from '../ports.ts';
import { liveDiscount } from './rules.ts';
import { discountRule } from './table.ts';

/** The discount module as sales see it. */
export const discounts: Discounts = {
  prepare: (rows) => rows.of(discountRule).wantBy('byRemoved', false),
  live: (rows) => rows.of(discountRule).find('byRemoved', false).map(liveDiscount),
};
