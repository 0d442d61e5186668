import type { PayloadOf } from '@modula/sync-core/contracts';
import { accepted, type Handler } from '../../engine/plug.ts';
import type { StockLedger } from '../ports.ts';
import { itemChange } from './present.ts';
import { upsertedItem } from './rules.ts';
import { menuItem } from './table.ts';

/** Creates, changes or revives a menu item, tenant-wide. */
export function upsertItem(stock: StockLedger): Handler<PayloadOf<'menu.upsertItem'>> {
  return {
    prepare(rows, command) {
      const { menuItemId, stockItemId } = command.payload;
      rows.of(menuItem).want(menuItemId);
      // A sale right behind this operation takes from the new stock item, which nothing else would have loaded.
      if (command.branchId !== null && typeof stockItemId === 'string') stock.prepareItem(rows, command.branchId, stockItemId);
    },

    decide(rows, command) {
      const items = rows.of(menuItem);
      const row = upsertedItem(items.get(command.payload.menuItemId), command.payload);
      items.put(row);
      return accepted({ menuItemId: row.menuItemId }, [itemChange(row)]);
    },
  };
}
