import { defineTable } from '../../engine/working-set.ts';

/** The projection: what is there now, by branch. */
export interface StockItemRow {
  readonly branchId: string;
  readonly stockItemId: string;
  readonly onHand: number;
}

export const stockItem = defineTable<StockItemRow>({
  table: 'stock_item',
  columns: { branchId: 'uuid', stockItemId: 'text', onHand: 'bigint' },
  key: ['branchId', 'stockItemId'],
});

/** The ledger: rows are only ever added. `quantity` is signed; `movementId` is made by movement-id.ts. */
export interface StockMovementRow {
  readonly movementId: string;
  readonly branchId: string;
  readonly stockItemId: string;
  readonly kind: 'SALE' | 'VOID' | 'RESTOCK' | 'ADJUST';
  readonly quantity: number;
  readonly onHandAfter: number;
  readonly reason: string | null;
  readonly clientOpId: string;
  readonly occurredAt: string;
}

export const stockMovement = defineTable<StockMovementRow>({
  table: 'stock_movement',
  columns: {
    movementId: 'text',
    branchId: 'uuid',
    stockItemId: 'text',
    kind: 'text',
    quantity: 'bigint',
    onHandAfter: 'bigint',
    reason: 'text',
    clientOpId: 'uuid',
    occurredAt: 'timestamptz',
  },
  key: ['movementId'],
  // A sale's own movements are named after the sale, which was just found to be new.
  appendOnly: true,
});
