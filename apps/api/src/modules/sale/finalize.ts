import { accepted, rejected, type Command, type Decision, type Handler } from '../../engine/plug.ts';
import type { WorkingSets } from '../../engine/working-set.ts';
import { branchOf } from '../branch-of.ts';
import type { SaleStock } from '../ports.ts';
import { mismatchOf } from './arithmetic.ts';
import type { CapturedSale } from './captured.ts';
import type { SalePorts } from './ports-of-sale.ts';
import { saleChange, saleRef } from './present.ts';
import { sale, type SaleRow } from './table.ts';
import { varianceOf, type Drift, type Today } from './variance.ts';

/** Takes a finished sale in: as captured (M1), into an open drawer (M2), out of the stock (M3), once (M4). */
export function finalizeSale(ports: SalePorts): Handler<CapturedSale> {
  return {
    prepare(rows, command) {
      const { saleId, cashSessionId, lines } = command.payload;
      const branchId = branchOf(command);
      rows.of(sale).want(saleId);
      ports.drawer.prepareSale(rows, cashSessionId);
      ports.policies.prepare(rows, branchId);
      ports.discounts.prepare(rows);
      for (const { menuItemId } of lines) {
        ports.catalogue.prepareItem(rows, menuItemId);
        const stockItemId = ports.catalogue.peekItem(rows, menuItemId)?.stockItemId ?? null;
        if (stockItemId !== null) ports.stock.prepareItem(rows, branchId, stockItemId);
      }
    },

    decide(rows, command) {
      const captured = command.payload;
      const { saleId, cashSessionId, totals, tender } = captured;
      if (rows.of(sale).get(saleId) !== undefined) return rejected('sale.ALREADY_EXISTS', saleRef(saleId), { saleId });
      const mismatch = mismatchOf(captured);
      if (mismatch !== null) return rejected('sale.TOTALS_MISMATCH', null, { ...mismatch });
      const refusal = drawerRefusal(ports, rows, command);
      if (refusal !== null) return refusal;

      const row = saleRow(command, varianceOf(captured, today(ports, rows, command)));
      rows.of(sale).put(row);
      if (tender.method === 'CASH') ports.drawer.addCashSale(rows, cashSessionId, totals.grandTotalMinor);
      const stockChanges = ports.stock.consume(rows, command, { saleId, lines: trackedLines(ports, rows, captured) });
      return accepted({ saleId, hasVariance: row.variance !== null }, [saleChange(row), ...stockChanges]);
    },
  };
}

/** Cash goes into an open drawer of this device only. Other money needs none, but a counted session takes nothing more (M2). */
function drawerRefusal(ports: SalePorts, rows: WorkingSets, command: Command<CapturedSale>): Decision | null {
  const { cashSessionId, tender } = command.payload;
  const state = ports.drawer.sessionForSale(rows, command, cashSessionId);
  if (state.kind === 'open') return null;
  if (tender.method !== 'CASH' && state.why !== 'CLOSED') return null;
  return rejected('sale.CASH_SESSION_NOT_OPEN', state.about, { cashSessionId, why: state.why });
}

function today(ports: SalePorts, rows: WorkingSets, command: Command<CapturedSale>): Today {
  return {
    itemOf: (menuItemId) => ports.catalogue.item(rows, menuItemId),
    policy: ports.policies.current(rows, branchOf(command)),
    discounts: ports.discounts.live(rows),
  };
}

/** The lines whose item is tracked: what was handed over leaves the stock, even of an item removed since (M3). */
function trackedLines(ports: SalePorts, rows: WorkingSets, { lines }: CapturedSale): SaleStock['lines'] {
  return lines.flatMap(({ menuItemId, quantity }, lineIndex) => {
    const stockItemId = ports.catalogue.item(rows, menuItemId)?.stockItemId ?? null;
    return stockItemId === null ? [] : [{ lineIndex, stockItemId, quantity }];
  });
}

function saleRow(command: Command<CapturedSale>, variance: Drift[] | null): SaleRow {
  const { payload } = command;
  return {
    saleId: payload.saleId,
    branchId: branchOf(command),
    deviceId: command.deviceId,
    actorId: command.actorId,
    cashSessionId: payload.cashSessionId,
    status: 'FINALIZED',
    captured: JSON.stringify(payload),
    variance: variance === null ? null : JSON.stringify(variance),
    grandTotalMinor: payload.totals.grandTotalMinor,
    tenderMethod: payload.tender.method,
    finalizedAt: command.occurredAt,
    voidReason: null,
    voidedAt: null,
    clientOpId: command.clientOpId,
  };
}
