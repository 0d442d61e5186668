import type { PayloadOf } from '@modula/sync-core/contracts';
import { accepted, rejected, type Handler } from '../../engine/plug.ts';
import { branchOf } from '../branch-of.ts';
import { sessionChange, sessionRef } from './present.ts';
import { cashSession, type CashSessionRow } from './table.ts';

/** Opens a device's drawer: one open session per device (M2). */
export const openSession: Handler<PayloadOf<'cashSession.open'>> = {
  prepare(rows, command) {
    const sessions = rows.of(cashSession);
    sessions.want(command.payload.cashSessionId);
    if (command.deviceId !== null) sessions.wantBy('openOfDevice', command.deviceId);
  },

  decide(rows, command) {
    const sessions = rows.of(cashSession);
    const { cashSessionId, openingFloatMinor } = command.payload;
    if (sessions.get(cashSessionId) !== undefined) {
      return rejected('cashSession.ALREADY_EXISTS', sessionRef(cashSessionId), { cashSessionId });
    }
    const [open] = command.deviceId === null ? [] : sessions.find('openOfDevice', command.deviceId);
    if (open !== undefined) {
      const openId = open.cashSessionId;
      return rejected('cashSession.ALREADY_OPEN', sessionRef(openId), { cashSessionId: openId });
    }
    const row: CashSessionRow = {
      cashSessionId,
      branchId: branchOf(command),
      deviceId: command.deviceId,
      openedBy: command.actorId,
      status: 'OPEN',
      openingFloatMinor,
      cashSalesMinor: 0,
      paidInMinor: 0,
      paidOutMinor: 0,
      adjustmentMinor: 0,
      expectedMinor: openingFloatMinor,
      countedMinor: null,
      varianceMinor: null,
      openedAt: command.occurredAt,
      closedAt: null,
      closedBy: null,
    };
    sessions.put(row);
    return accepted({ cashSessionId }, [sessionChange(row)]);
  },
};
