import type { PayloadOf } from '@modula/sync-core/contracts';
import { accepted, rejected, tombstone, type Handler } from '../../engine/plug.ts';
import { menuCategory } from './table.ts';

/** Takes a category off every till. Items name their category in words and keep it. */
export const removeCategory: Handler<PayloadOf<'menu.removeCategory'>> = {
  prepare(rows, command) {
    rows.of(menuCategory).want(command.payload.categoryId);
  },

  decide(rows, command) {
    const categories = rows.of(menuCategory);
    const { categoryId } = command.payload;
    const category = categories.get(categoryId);
    if (category === undefined) return rejected('menu.NOT_FOUND', null, { categoryId });
    if (category.removed) return rejected('menu.NOT_FOUND', { entityKind: 'menu.category', entityId: categoryId }, { categoryId });
    categories.put({ ...category, removed: true });
    return accepted({ categoryId }, [tombstone('menu.category', categoryId)]);
  },
};
