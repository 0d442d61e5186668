import type { PayloadOf } from '@modula/sync-core/contracts';
import { accepted, rejected, type Handler } from '../../engine/plug.ts';
import { branchOf } from '../branch-of.ts';
import { capturedSale } from './captured.ts';
import type { SalePorts } from './ports-of-sale.ts';
import { saleChange, saleRef } from './present.ts';
import { sale, type SaleRow } from './table.ts';

/** Takes a sale back: its goods into the stock, its cash out of the drawer unless that was counted already. */
export function voidSale(ports: SalePorts): Handler<PayloadOf<'sale.void'>> {
  return {
    prepare(rows, command) {
      const sales = rows.of(sale);
      const { saleId } = command.payload;
      sales.want(saleId);
      const row = sales.peek(saleId);
      if (row === undefined) return;
      ports.drawer.prepareSale(rows, row.cashSessionId);
      ports.stock.prepareGiveBack(rows, branchOf(command), { saleId, lineCount: capturedSale(row).lines.length });
    },

    decide(rows, command) {
      const sales = rows.of(sale);
      const { saleId, reason } = command.payload;
      const before = sales.get(saleId);
      if (before === undefined || before.branchId !== branchOf(command)) return rejected('sale.NOT_FOUND', null, { saleId });
      if (before.status === 'VOIDED') return rejected('sale.ALREADY_VOIDED', saleRef(saleId), { saleId });

      const row: SaleRow = { ...before, status: 'VOIDED', voidReason: reason, voidedAt: command.occurredAt };
      sales.put(row);
      if (row.tenderMethod === 'CASH') ports.drawer.removeCashSale(rows, row.cashSessionId, row.grandTotalMinor);
      const lineCount = capturedSale(row).lines.length;
      return accepted({ saleId }, [saleChange(row), ...ports.stock.giveBack(rows, command, { saleId, lineCount })]);
    },
  };
}
