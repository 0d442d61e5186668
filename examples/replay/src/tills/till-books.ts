import type { JsonValue, OfflineOperation, OperationResult } from '@modula/sync-core';
import type { SalePayload } from './sale-payload.ts';

/** What a closed drawer must hold, and what the service said it holds. */
export interface ClosedSession {
  readonly date: string;
  readonly ownExpectedMinor: number;
  readonly openingFloatMinor: number;
}

/** A till's own books: what it captured, and what the service answered. Nothing here comes from the feed. */
export class TillBooks {
  enqueued = 0;
  synced = 0;
  failed = 0;
  syncedSales = 0;
  revenueMinor = 0;
  readonly problems: string[] = [];
  /** Money that never was in a drawer, per day. */
  readonly cashlessByDate = new Map<string, number>();
  /** What the service says sales put into the drawers, per day. */
  readonly serviceCashByDate = new Map<string, number>();
  readonly #closed = new Map<string, ClosedSession>();

  captured(payload: SalePayload, date: string): void {
    this.enqueued += 1;
    this.revenueMinor += payload.totals.grandTotalMinor;
    if (payload.tender.method !== 'CASH') add(this.cashlessByDate, date, payload.totals.grandTotalMinor);
  }

  closing(cashSessionId: string, session: ClosedSession): void {
    this.#closed.set(cashSessionId, session);
  }

  settled(operation: OfflineOperation, result: OperationResult): void {
    if (result.status === 'FAILED') {
      this.failed += 1;
      this.problems.push(`${operation.type} ${operation.clientOpId} failed: ${JSON.stringify(result.failure)}`);
      return;
    }
    this.synced += 1;
    if (operation.type === 'sale.finalize') this.syncedSales += 1;
    if (operation.type === 'cashSession.close') this.#compareDrawer(result.result);
  }

  #compareDrawer(result: JsonValue | null): void {
    const { cashSessionId, expectedMinor, varianceMinor } = closeResultOf(result);
    const own = this.#closed.get(cashSessionId);
    if (own === undefined) return void this.problems.push(`the service closed ${cashSessionId}, which this till did not`);
    add(this.serviceCashByDate, own.date, expectedMinor - own.openingFloatMinor);
    if (expectedMinor === own.ownExpectedMinor && varianceMinor === 0) return;
    this.problems.push(`cash session ${cashSessionId} of ${own.date}: counted ${own.ownExpectedMinor}, the service expects ${expectedMinor}`);
  }
}

function closeResultOf(result: JsonValue | null): { cashSessionId: string; expectedMinor: number; varianceMinor: number } {
  if (typeof result === 'object' && result !== null && 'cashSessionId' in result) {
    const { cashSessionId, expectedMinor, varianceMinor } = result;
    if (typeof cashSessionId === 'string' && typeof expectedMinor === 'number' && typeof varianceMinor === 'number') {
      return { cashSessionId, expectedMinor, varianceMinor };
    }
  }
  throw new Error(`cashSession.close answered ${JSON.stringify(result)}`);
}

function add(sums: Map<string, number>, date: string, amountMinor: number): void {
  sums.set(date, (sums.get(date) ?? 0) + amountMinor);
}
