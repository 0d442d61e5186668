import { randomUUID } from 'node:crypto';
import type { OfflineOperation, OperationResult } from '@modula/sync-core';
import { saleOf } from '../../modules/testing/sale-payload.ts';
import { openDrawer, type WireTill } from './wire-till.ts';

export interface Load {
  /** What tills were told is SYNCED, under its clientOpId: the first answer each. */
  readonly acknowledged: ReadonlyMap<string, OperationResult>;
  /** Answers that told something else than an earlier one. Must stay empty. */
  readonly contradictions: readonly string[];
  /** Resolves when so many operations more than now are acknowledged. */
  progress(operations: number): Promise<void>;
  /** Lets every till finish what it has sent, and ends. */
  stop(): Promise<void>;
}

const SALES_PER_BATCH = 4;
const PATIENCE_MS = 30_000;
const POLL_MS = 20;

/** Tills that sell all the time. What is not answered, or answered PENDING, is sent again under the same ids, to the next node. */
export function startLoad(tills: readonly WireTill[], nodes: readonly string[]): Load {
  const acknowledged = new Map<string, OperationResult>();
  const contradictions: string[] = [];
  const stopping = new AbortController();

  function hear(result: OperationResult): void {
    const { clientOpId, status } = result;
    const before = acknowledged.get(clientOpId);
    if (before !== undefined && JSON.stringify({ ...before, duplicate: true }) !== JSON.stringify({ ...result, duplicate: true })) {
      contradictions.push(`${JSON.stringify(before)} then ${JSON.stringify(result)}`);
    }
    if (status === 'FAILED') contradictions.push(`FAILED ${JSON.stringify(result)}`);
    if (status === 'SYNCED' && before === undefined) acknowledged.set(clientOpId, result);
  }

  async function settle(till: WireTill, batch: readonly OfflineOperation[]): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    for (let turn = Math.floor(Math.random() * nodes.length); ; turn += 1) {
      const results = await till.push(nodes[turn % nodes.length] ?? '', batch).catch(() => []);
      for (const result of results) hear(result);
      if (results.length > 0 && results.every(({ status }) => status !== 'PENDING')) return;
      if (Date.now() > deadline) throw new Error('a till got no answer for too long');
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  async function work(till: WireTill): Promise<void> {
    const drawer = openDrawer();
    await settle(till, [till.operation('cashSession.open', drawer)]);
    while (!stopping.signal.aborted) {
      const sales = Array.from({ length: SALES_PER_BATCH }, () =>
        till.operation('sale.finalize', { ...saleOf({ saleId: randomUUID(), cashSessionId: drawer.cashSessionId }) }),
      );
      await settle(till, sales);
    }
    await settle(till, [till.operation('cashSession.close', { cashSessionId: drawer.cashSessionId, countedMinor: 0 })]);
  }

  const working = Promise.all(tills.map(work));
  // A till that gives up is reported by stop().
  working.catch(() => {});
  return {
    acknowledged,
    contradictions,
    async progress(operations) {
      const goal = acknowledged.size + operations;
      const deadline = Date.now() + PATIENCE_MS;
      while (acknowledged.size < goal) {
        if (Date.now() > deadline) throw new Error(`only ${acknowledged.size} of ${goal} operations were acknowledged`);
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    },
    async stop() {
      stopping.abort();
      await working;
    },
  };
}
