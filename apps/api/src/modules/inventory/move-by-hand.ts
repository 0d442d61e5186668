import { accepted, rejected, type Handler } from '../../engine/plug.ts';
import { branchOf } from '../branch-of.ts';
import { handMovementId } from './movement-id.ts';
import { stockChange } from './present.ts';
import { recordMovement } from './record-movement.ts';
import { stockItem, stockMovement } from './table.ts';

interface HandMovement {
  readonly movementId: string;
  readonly stockItemId: string;
  readonly quantity: number;
  readonly reason: string;
}

/** A movement that a person enters: into the ledger once, by its own id (M3, M4). */
export function moveByHand(kind: 'RESTOCK' | 'ADJUST'): Handler<HandMovement> {
  return {
    prepare(rows, command) {
      const { movementId, stockItemId } = command.payload;
      rows.of(stockMovement).want(handMovementId(movementId));
      rows.of(stockItem).want(branchOf(command), stockItemId);
    },

    decide(rows, command) {
      const { movementId, stockItemId, quantity, reason } = command.payload;
      const existing = rows.of(stockMovement).get(handMovementId(movementId));
      if (existing !== undefined) {
        const about = { entityKind: 'inventory.stock', entityId: existing.stockItemId } as const;
        return rejected('inventory.ALREADY_EXISTS', about, { movementId });
      }
      const movement = { movementId: handMovementId(movementId), stockItemId, kind, quantity, reason };
      const item = recordMovement(rows, command, movement);
      return accepted({ movementId, stockItemId, onHand: item.onHand }, [stockChange(item)]);
    },
  };
}
