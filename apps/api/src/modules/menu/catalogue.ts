import type { Catalogue } from '../ports.ts';
import { menuItem } from './table.ts';

/** The menu module as sales see it. */
export const catalogue: Catalogue = {
  prepareItem: (rows, menuItemId) => rows.of(menuItem).want(menuItemId),
  peekItem: (rows, menuItemId) => rows.of(menuItem).peek(menuItemId),
  item: (rows, menuItemId) => rows.of(menuItem).get(menuItemId),
};
