import type { PayloadOf } from '@modula/sync-core/contracts';
import { accepted, rejected, type Handler } from '../../engine/plug.ts';
import { branchOf } from '../branch-of.ts';
import { movementChange, movementRef, sessionChange } from './present.ts';
import { withMovement } from './rules.ts';
import { cashMovement, cashSession, type CashMovementRow } from './table.ts';
import { useSession } from './use-session.ts';

/** Cash put in, taken out or corrected while a session is open. */
export const moveCash: Handler<PayloadOf<'cashSession.movement'>> = {
  prepare(rows, command) {
    rows.of(cashMovement).want(command.payload.movementId);
    rows.of(cashSession).want(command.payload.cashSessionId);
  },

  decide(rows, command) {
    const movements = rows.of(cashMovement);
    const { movementId, cashSessionId, kind, amountMinor, reason } = command.payload;
    if (movements.get(movementId) !== undefined) {
      return rejected('cashSession.ALREADY_EXISTS', movementRef(movementId), { movementId });
    }
    const used = useSession(rows, command);
    if (used.kind === 'refused') return used.decision;
    const movement: CashMovementRow = {
      movementId,
      branchId: branchOf(command),
      cashSessionId,
      actorId: command.actorId,
      kind,
      amountMinor,
      reason,
      occurredAt: command.occurredAt,
      clientOpId: command.clientOpId,
    };
    const session = withMovement(used.session, movement);
    movements.put(movement);
    rows.of(cashSession).put(session);
    return accepted({ movementId, cashSessionId }, [movementChange(movement), sessionChange(session)]);
  },
};
