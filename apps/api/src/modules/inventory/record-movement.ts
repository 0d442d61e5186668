import type { Command } from '../../engine/plug.ts';
import type { WorkingSets } from '../../engine/working-set.ts';
import { branchOf } from '../branch-of.ts';
import { stockItem, stockMovement, type StockItemRow, type StockMovementRow } from './table.ts';

/** One ledger row and the projection after it (M3). An item nobody counted yet starts at 0. */
export function recordMovement(
  rows: WorkingSets,
  command: Command<unknown>,
  movement: Pick<StockMovementRow, 'movementId' | 'stockItemId' | 'kind' | 'quantity' | 'reason'>,
): StockItemRow {
  const items = rows.of(stockItem);
  const branchId = branchOf(command);
  const { stockItemId, quantity } = movement;
  const onHand = (items.get(branchId, stockItemId)?.onHand ?? 0) + quantity;
  const item: StockItemRow = { branchId, stockItemId, onHand };
  items.put(item);
  rows.of(stockMovement).put({
    ...movement,
    branchId,
    onHandAfter: onHand,
    clientOpId: command.clientOpId,
    occurredAt: command.occurredAt,
  });
  return item;
}
