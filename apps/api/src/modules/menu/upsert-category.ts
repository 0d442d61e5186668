import type { PayloadOf } from '@modula/sync-core/contracts';
import { accepted, type Handler } from '../../engine/plug.ts';
import { categoryChange } from './present.ts';
import { menuCategory, type MenuCategoryRow } from './table.ts';

/** Creates, changes or revives a menu category, tenant-wide. */
export const upsertCategory: Handler<PayloadOf<'menu.upsertCategory'>> = {
  prepare(rows, command) {
    rows.of(menuCategory).want(command.payload.categoryId);
  },

  decide(rows, command) {
    const { categoryId, name, position } = command.payload;
    const row: MenuCategoryRow = { categoryId, name, position, removed: false };
    rows.of(menuCategory).put(row);
    return accepted({ categoryId }, [categoryChange(row)]);
  },
};
