import { parseClientOpId, type BranchId, type ClientOpId, type JsonObject, type OperationType } from '@modula/sync-core';
import type { PayloadOf } from '@modula/sync-core/contracts';
import { createTrpcTransport, systemRuntime, uuidV7, type Transport } from '@modula/sync-client';
import type { MenuEdit } from './price-book.ts';

const TRACKED_PRODUCTS = 5;
const LANES = 4;
const REQUEST_TIMEOUT_MS = 30_000;
const ATTEMPTS_MAX = 20;

/** The owner at the desk: edits the menu and restocks, online, through the direct lane. */
export class MenuDesk {
  readonly #transport: Transport;
  readonly #tracked = new Set<string>();
  readonly #categories = new Map<string, Promise<void>>();
  readonly #lanes: Promise<void>[] = Array.from({ length: LANES }, () => Promise.resolve());
  edits = 0;

  constructor(options: { url: string; token: string }) {
    this.#transport = createTrpcTransport({ ...options, requestTimeoutMs: REQUEST_TIMEOUT_MS });
  }

  /** Products whose stock is counted: the first few the chain ever sold. */
  get trackedProducts(): ReadonlySet<string> {
    return this.#tracked;
  }

  /**
   * Makes an edit. Edits of one product keep their order; others go side by side. Resolves at once, but for a product that
   * becomes tracked only when the service knows: a sale judged before would not be taken from the stock.
   */
  async edit(edit: MenuEdit): Promise<void> {
    const isTracked = edit.isNew && this.#tracked.size < TRACKED_PRODUCTS;
    if (isTracked) this.#tracked.add(edit.productId);
    const done = this.#inLane(edit.productId, () => this.#upsert(edit));
    if (isTracked) await done;
  }

  async restock(branchId: BranchId, restock: { productId: string; quantity: number }): Promise<void> {
    const movementId = uuidV7(systemRuntime);
    const { productId, quantity } = restock;
    await this.#call('inventory.restock', { branchId, payload: { movementId, stockItemId: stockItemOf(productId), quantity, reason: 'delivery' } });
  }

  /** Resolves when every edit so far has been made. */
  async settled(): Promise<void> {
    await Promise.all(this.#lanes);
  }

  close(): void {
    this.#transport.close();
  }

  #inLane(productId: string, work: () => Promise<void>): Promise<void> {
    const lane = laneOf(productId);
    const done = (this.#lanes[lane] ?? Promise.resolve()).then(work);
    // Whoever awaits `settled` hears of a failure; without this Node would end the process before.
    done.catch(() => undefined);
    this.#lanes[lane] = done;
    return done;
  }

  async #upsert({ productId, name, category, priceMinor }: MenuEdit): Promise<void> {
    if (category !== null) await this.#category(category);
    const stockItemId = this.#tracked.has(productId) ? stockItemOf(productId) : null;
    await this.#call('menu.upsertItem', { branchId: null, payload: { menuItemId: productId, name, category, priceMinor, stockItemId } });
    this.edits += 1;
  }

  #category(name: string): Promise<void> {
    const known = this.#categories.get(name);
    if (known !== undefined) return known;
    const position = this.#categories.size;
    const made = this.#call('menu.upsertCategory', { branchId: null, payload: { categoryId: name, name, position } });
    this.#categories.set(name, made);
    return made;
  }

  async #call<Type extends OperationType>(type: Type, call: { branchId: BranchId | null; payload: PayloadOf<Type> & JsonObject }): Promise<void> {
    const clientOpId = newClientOpId();
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#transport.direct(type, { clientOpId, ...call });
      if (answer.kind === 'ok') return;
      const isTransient = answer.kind === 'busy' || answer.kind === 'unreachable';
      if (!isTransient || attempt === ATTEMPTS_MAX) throw new Error(`${type} was not done: ${JSON.stringify(answer)}`);
      await systemRuntime.sleep(answer.kind === 'busy' ? (answer.retryAfterMs ?? 200) : 200);
    }
  }
}

/** The same product always goes in the same lane. */
function laneOf(productId: string): number {
  let sum = 0;
  for (const character of productId) sum += character.codePointAt(0) ?? 0;
  return sum % LANES;
}

export function stockItemOf(productId: string): string {
  return `stock-${productId}`;
}

function newClientOpId(): ClientOpId {
  const id = parseClientOpId(uuidV7(systemRuntime));
  if (id === null) throw new Error('a generated id is not a UUID');
  return id;
}
