import { branchOf } from '../branch-of.ts';
import type { SaleLines, StockLedger } from '../ports.ts';
import { saleMovementId, voidMovementId } from './movement-id.ts';
import { stockChange } from './present.ts';
import { recordMovement } from './record-movement.ts';
import { stockItem, stockMovement, type StockItemRow } from './table.ts';

/** The inventory module as sales and the menu see it. */
export const stockLedger: StockLedger = {
  prepareItem(rows, branchId, stockItemId) {
    rows.of(stockItem).want(branchId, stockItemId);
  },

  consume(rows, command, { saleId, lines }) {
    const touched = new Map<string, StockItemRow>();
    for (const { lineIndex, stockItemId, quantity } of lines) {
      const movementId = saleMovementId(saleId, lineIndex);
      const movement = { movementId, stockItemId, kind: 'SALE', quantity: -quantity, reason: null } as const;
      touched.set(stockItemId, recordMovement(rows, command, movement));
    }
    return [...touched.values()].map(stockChange);
  },

  prepareGiveBack(rows, branchId, sale) {
    const movements = rows.of(stockMovement);
    for (const lineIndex of lineIndexes(sale)) {
      movements.want(saleMovementId(sale.saleId, lineIndex));
      movements.want(voidMovementId(sale.saleId, lineIndex));
      const taken = movements.peek(saleMovementId(sale.saleId, lineIndex));
      if (taken !== undefined) rows.of(stockItem).want(branchId, taken.stockItemId);
    }
  },

  giveBack(rows, command, sale) {
    const branchId = branchOf(command);
    const movements = rows.of(stockMovement);
    const touched = new Map<string, StockItemRow>();
    for (const lineIndex of lineIndexes(sale)) {
      const taken = movements.get(saleMovementId(sale.saleId, lineIndex));
      if (taken === undefined || taken.branchId !== branchId) continue;
      const movementId = voidMovementId(sale.saleId, lineIndex);
      const { stockItemId, quantity } = taken;
      const movement = { movementId, stockItemId, kind: 'VOID', quantity: -quantity, reason: null } as const;
      touched.set(stockItemId, recordMovement(rows, command, movement));
    }
    return [...touched.values()].map(stockChange);
  },
};

function lineIndexes({ lineCount }: SaleLines): number[] {
  return Array.from({ length: lineCount }, (_, lineIndex) => lineIndex);
}
