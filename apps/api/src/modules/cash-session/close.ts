import type { PayloadOf } from '@modula/sync-core/contracts';
import { accepted, type Handler } from '../../engine/plug.ts';
import { sessionChange } from './present.ts';
import { expectedMinorOf } from './rules.ts';
import { cashSession, type CashSessionRow } from './table.ts';
import { useSession } from './use-session.ts';

/** Closes a drawer: what was counted against what is expected (M2). */
export const closeSession: Handler<PayloadOf<'cashSession.close'>> = {
  prepare(rows, command) {
    rows.of(cashSession).want(command.payload.cashSessionId);
  },

  decide(rows, command) {
    const used = useSession(rows, command);
    if (used.kind === 'refused') return used.decision;
    const { cashSessionId, countedMinor } = command.payload;
    const expectedMinor = expectedMinorOf(used.session);
    const varianceMinor = countedMinor - expectedMinor;
    const row: CashSessionRow = {
      ...used.session,
      status: 'CLOSED',
      expectedMinor,
      countedMinor,
      varianceMinor,
      closedAt: command.occurredAt,
      closedBy: command.actorId,
    };
    rows.of(cashSession).put(row);
    return accepted({ cashSessionId, expectedMinor, countedMinor, varianceMinor }, [sessionChange(row)]);
  },
};
