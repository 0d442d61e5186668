import { defineTable } from '../../engine/working-set.ts';

/** A removed item keeps its row: late sales still find its price and its stock item. */
export interface MenuItemRow {
  readonly menuItemId: string;
  readonly name: string;
  readonly category: string | null;
  readonly priceMinor: number;
  readonly stockItemId: string | null;
  readonly active: boolean;
  readonly removed: boolean;
}

export const menuItem = defineTable<MenuItemRow>({
  table: 'menu_item',
  columns: {
    menuItemId: 'text',
    name: 'text',
    category: 'text',
    priceMinor: 'bigint',
    stockItemId: 'text',
    active: 'boolean',
    removed: 'boolean',
  },
  key: ['menuItemId'],
});

export interface MenuCategoryRow {
  readonly categoryId: string;
  readonly name: string;
  readonly position: number;
  readonly removed: boolean;
}

export const menuCategory = defineTable<MenuCategoryRow>({
  table: 'menu_category',
  columns: { categoryId: 'text', name: 'text', position: 'integer', removed: 'boolean' },
  key: ['categoryId'],
});
