import { branchOf } from '../branch-of.ts';
import type { CashDrawer } from '../ports.ts';
import { sessionRef } from './present.ts';
import { isReachable, withFigures } from './rules.ts';
import { cashSession } from './table.ts';

/** The cash session module as sales see it. */
export const cashDrawer: CashDrawer = {
  prepareSale(rows, cashSessionId) {
    rows.of(cashSession).want(cashSessionId);
  },

  sessionForSale(rows, command, cashSessionId) {
    const session = rows.of(cashSession).get(cashSessionId);
    const branchId = branchOf(command);
    if (session === undefined || session.branchId !== branchId) return { kind: 'refused', why: 'UNKNOWN', about: null };
    const about = sessionRef(cashSessionId);
    if (session.status !== 'OPEN') return { kind: 'refused', why: 'CLOSED', about };
    if (!isReachable(session, { branchId, deviceId: command.deviceId })) return { kind: 'refused', why: 'OTHER_DEVICE', about };
    return { kind: 'open' };
  },

  addCashSale(rows, cashSessionId, amountMinor) {
    const sessions = rows.of(cashSession);
    const session = sessions.get(cashSessionId);
    if (session === undefined) throw new Error('a cash sale was accepted without its cash session');
    sessions.put(withFigures(session, { cashSalesMinor: session.cashSalesMinor + amountMinor }));
  },

  removeCashSale(rows, cashSessionId, amountMinor) {
    const sessions = rows.of(cashSession);
    const session = sessions.get(cashSessionId);
    if (session?.status !== 'OPEN') return;
    sessions.put(withFigures(session, { cashSalesMinor: session.cashSalesMinor - amountMinor }));
  },
};
