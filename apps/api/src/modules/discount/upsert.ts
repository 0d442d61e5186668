import type { PayloadOf } from '@modula/sync-core/contracts';
import { accepted, type Handler } from '../../engine/plug.ts';
import { discountChange } from './present.ts';
import { upsertedDiscount } from './rules.ts';
import { discountRule } from './table.ts';

/** Creates, changes or revives a discount rule, tenant-wide. */
export const upsertDiscount: Handler<PayloadOf<'discount.upsert'>> = {
  prepare(rows, command) {
    rows.of(discountRule).want(command.payload.discountId);
  },

  decide(rows, command) {
    const discounts = rows.of(discountRule);
    const row = upsertedDiscount(discounts.get(command.payload.discountId), command.payload);
    discounts.put(row);
    return accepted({ discountId: row.discountId }, [discountChange(row)]);
  },
};
