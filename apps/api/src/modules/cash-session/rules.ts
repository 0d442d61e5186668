import { assertNever } from '@modula/sync-core';
import type { CashMovementRow, CashSessionRow } from './table.ts';

type Figures = Pick<
  CashSessionRow,
  'openingFloatMinor' | 'cashSalesMinor' | 'paidInMinor' | 'paidOutMinor' | 'adjustmentMinor'
>;

/** The cash that should be in the drawer (M2). */
export function expectedMinorOf(figures: Figures): number {
  const { openingFloatMinor, cashSalesMinor, paidInMinor, paidOutMinor, adjustmentMinor } = figures;
  return openingFloatMinor + cashSalesMinor + paidInMinor - paidOutMinor + adjustmentMinor;
}

/** The session with some figures changed, and what is expected after that. */
export function withFigures(session: CashSessionRow, changed: Partial<Figures>): CashSessionRow {
  const next: CashSessionRow = { ...session, ...changed };
  return { ...next, expectedMinor: expectedMinorOf(next) };
}

/** An adjustment carries its own sign; the other kinds say theirs by name. */
export function withMovement(session: CashSessionRow, movement: Pick<CashMovementRow, 'kind' | 'amountMinor'>): CashSessionRow {
  const { kind, amountMinor } = movement;
  switch (kind) {
    case 'PAID_IN':
      return withFigures(session, { paidInMinor: session.paidInMinor + amountMinor });
    case 'PAID_OUT':
      return withFigures(session, { paidOutMinor: session.paidOutMinor + amountMinor });
    case 'ADJUSTMENT':
      return withFigures(session, { adjustmentMinor: session.adjustmentMinor + amountMinor });
    default:
      return assertNever(kind);
  }
}

/**
 * Whether a session is the caller's to use: a till uses its own; a person without a till, any of the branch.
 */
export function isReachable(session: CashSessionRow, from: { branchId: string; deviceId: string | null }): boolean {
  return session.branchId === from.branchId && (from.deviceId === null || session.deviceId === from.deviceId);
}
