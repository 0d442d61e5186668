import type { PayloadOf } from '@modula/sync-core/contracts';
import { accepted, rejected, tombstone, type Handler } from '../../engine/plug.ts';
import { menuItem } from './table.ts';

/** Takes an item off every till of the tenant. */
export const removeItem: Handler<PayloadOf<'menu.removeItem'>> = {
  prepare(rows, command) {
    rows.of(menuItem).want(command.payload.menuItemId);
  },

  decide(rows, command) {
    const items = rows.of(menuItem);
    const { menuItemId } = command.payload;
    const item = items.get(menuItemId);
    if (item === undefined) return rejected('menu.NOT_FOUND', null, { menuItemId });
    if (item.removed) return rejected('menu.NOT_FOUND', { entityKind: 'menu.item', entityId: menuItemId }, { menuItemId });
    items.put({ ...item, removed: true });
    return accepted({ menuItemId }, [tombstone('menu.item', menuItemId)]);
  },
};
