import { defineTable } from '../../engine/working-set.ts';

export interface DiscountRow {
  readonly discountId: string;
  readonly name: string;
  readonly percent: number;
  readonly appliesTo: 'ALL' | 'ITEMS';
  readonly menuItemIds: readonly string[];
  readonly removed: boolean;
}

export const discountRule = defineTable<DiscountRow>({
  table: 'discount_rule',
  columns: {
    discountId: 'text',
    name: 'text',
    percent: 'double precision',
    appliesTo: 'text',
    menuItemIds: 'text[]',
    removed: 'boolean',
  },
  key: ['discountId'],
  // Reads a tenant's rules by the primary key's first column: a tenant has tens of them.
  lookups: { byRemoved: { on: ['removed'] } },
});
