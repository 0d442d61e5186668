import { createMemoryStorage, createSyncClient, createTrpcTransport, type CacheEffect, type SyncClient, type SyncStorage } from '@modula/sync-client';
import type { Proof } from '@modula/sync-core';
import { setTimeout as sleep } from 'node:timers/promises';
import { ledgerOfSales } from '../checks/hydrated-totals.ts';
import { payloadOfEntity } from './payload-of-entity.ts';
import type { ChainStore } from '../service/chain.ts';
import { menuOf } from './till-cache.ts';
import { OBSERVER } from './demo-chain.ts';

const REQUEST_TIMEOUT_MS = 10_000;

/** A device with a good connection that only looks: what it holds is what the service says was sold. */
export class Observer {
  readonly store: ChainStore;
  /** Sales the service published during this run by id, in cents. */
  readonly sales = new Map<string, number>();
  readonly #client: SyncClient;
  readonly #storage: SyncStorage;
  #isWatching = false;

  constructor(options: { url: string; store: ChainStore }) {
    const device = options.store.devices.get(OBSERVER);
    if (device === undefined) throw new Error(`${options.store.name} has no observer`);
    const { url } = options;
    this.store = options.store;
    this.#storage = this.#watching(createMemoryStorage());
    const transport = createTrpcTransport({ url, token: device.token, requestTimeoutMs: REQUEST_TIMEOUT_MS });
    this.#client = createSyncClient({ url, token: device.token, identity: device.identity, storage: this.#storage, transport });
  }

  async start(): Promise<void> {
    await this.converge();
    this.#isWatching = true;
    this.#client.start();
  }

  async converge(): Promise<Proof> {
    for (;;) {
      const { end } = await this.#client.pull();
      if (end.kind === 'caughtUp') return this.#storage.cache.proof();
      if (end.kind === 'proofMismatch') throw new Error(`${this.store.name}: the proof differs in ${end.kinds.join(', ')}`);
      await sleep(200);
    }
  }

  async menuItemIds(): Promise<ReadonlySet<string>> {
    const items = await this.#client.list('menu.item');
    return new Set(menuOf(items).map((item) => item.productId));
  }

  get revenueMinor(): number {
    return [...this.sales.values()].reduce((sum, amount) => sum + amount, 0);
  }

  dispose(): Promise<void> {
    return this.#client.dispose();
  }

  #watching({ queue, cache }: SyncStorage): SyncStorage {
    return {
      queue,
      cache: {
        ...cache,
        applyPage: async (page) => {
          await cache.applyPage(page);
          if (this.#isWatching) page.effects.forEach((effect) => this.#see(effect));
        },
      },
    };
  }

  #see(effect: CacheEffect): void {
    if (effect.kind !== 'keep' || effect.entity.entityKind !== 'sale.sale') return;
    const { ledger } = ledgerOfSales(this.store.id, [payloadOfEntity(effect.entity)]);
    this.sales.set(effect.entity.entityId, ledger.total().revenueMinor);
  }
}
