import type { JsonObject } from '@modula/sync-core';
import type { SyncClient } from '@modula/sync-client';

/** What can be ordered, as a till's cache knows it. */
export interface MenuItem {
  readonly productId: string;
  readonly name: string;
  readonly category: string | null;
  readonly unitPriceMinor: number;
}

export function menuOf(items: readonly JsonObject[]): MenuItem[] {
  return items.flatMap(({ menuItemId, name, category, priceMinor }) => {
    if (typeof menuItemId !== 'string' || typeof name !== 'string' || typeof priceMinor !== 'number') return [];
    return [{ productId: menuItemId, name, category: typeof category === 'string' ? category : null, unitPriceMinor: priceMinor }];
  });
}

/** The drawer this device has open, if any (M2: at most one). */
export function openSessionOf(sessions: readonly JsonObject[], deviceId: string): string | null {
  const open = sessions.find((session) => session['status'] === 'OPEN' && session['deviceId'] === deviceId);
  return typeof open?.['cashSessionId'] === 'string' ? open['cashSessionId'] : null;
}

/** Float plus cash sales of a session, from the till's own copy. */
export async function cashInDrawer(client: SyncClient, cashSessionId: string): Promise<number> {
  const session = await client.get('cashSession.session', cashSessionId);
  const float = session?.['openingFloatMinor'];
  const sales = await client.list('sale.sale');
  return sales.filter((sale) => sale['cashSessionId'] === cashSessionId).reduce((sum, sale) => sum + cashOf(sale), typeof float === 'number' ? float : 0);
}

function cashOf({ tender, totals }: JsonObject): number {
  return fieldOf(tender, 'method') === 'CASH' ? Number(fieldOf(totals, 'grandTotalMinor')) : 0;
}

function fieldOf(value: JsonObject[string] | undefined, key: string) {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? new Map(Object.entries(value)).get(key) : undefined;
}
