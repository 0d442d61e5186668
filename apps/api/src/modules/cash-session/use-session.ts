import { rejected, type Command, type Decision } from '../../engine/plug.ts';
import type { WorkingSets } from '../../engine/working-set.ts';
import { branchOf } from '../branch-of.ts';
import { sessionRef } from './present.ts';
import { isReachable } from './rules.ts';
import { cashSession, type CashSessionRow } from './table.ts';

export type SessionInUse =
  | { readonly kind: 'open'; readonly session: CashSessionRow }
  | { readonly kind: 'refused'; readonly decision: Decision };

/** The open session that this command may move or close (M2), or why there is none. */
export function useSession(rows: WorkingSets, command: Command<{ readonly cashSessionId: string }>): SessionInUse {
  const { cashSessionId } = command.payload;
  const session = rows.of(cashSession).get(cashSessionId);
  const from = { branchId: branchOf(command), deviceId: command.deviceId };
  if (session === undefined || !isReachable(session, from)) {
    return { kind: 'refused', decision: rejected('cashSession.NOT_FOUND', null, { cashSessionId }) };
  }
  if (session.status !== 'OPEN') {
    return { kind: 'refused', decision: rejected('cashSession.NOT_OPEN', sessionRef(cashSessionId), { cashSessionId }) };
  }
  return { kind: 'open', session };
}
