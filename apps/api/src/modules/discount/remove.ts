import type { PayloadOf } from '@modula/sync-core/contracts';
import { accepted, rejected, tombstone, type Handler } from '../../engine/plug.ts';
import { discountRule } from './table.ts';

/** Ends a discount rule on every till of the tenant. */
export const removeDiscount: Handler<PayloadOf<'discount.remove'>> = {
  prepare(rows, command) {
    rows.of(discountRule).want(command.payload.discountId);
  },

  decide(rows, command) {
    const discounts = rows.of(discountRule);
    const { discountId } = command.payload;
    const rule = discounts.get(discountId);
    if (rule === undefined) return rejected('discount.NOT_FOUND', null, { discountId });
    if (rule.removed) return rejected('discount.NOT_FOUND', { entityKind: 'discount.rule', entityId: discountId }, { discountId });
    discounts.put({ ...rule, removed: true });
    return accepted({ discountId }, [tombstone('discount.rule', discountId)]);
  },
};
