import { upsert, type EntityChange } from '../../engine/plug.ts';
import type { MenuCategoryRow, MenuItemRow } from './table.ts';

export function itemChange(row: MenuItemRow): EntityChange {
  return upsert('menu.item', row.menuItemId, {
    menuItemId: row.menuItemId,
    name: row.name,
    category: row.category,
    priceMinor: row.priceMinor,
    stockItemId: row.stockItemId,
    active: row.active,
  });
}

export function categoryChange(row: MenuCategoryRow): EntityChange {
  return upsert('menu.category', row.categoryId, {
    categoryId: row.categoryId,
    name: row.name,
    position: row.position,
  });
}
