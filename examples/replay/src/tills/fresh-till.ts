import { createMemoryStorage, createSyncClient, type SyncClient, type SyncStorage } from '@modula/sync-client';
import type { Proof } from '@modula/sync-core';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChainDevice } from '../service/chain.ts';
import { createLeanStorage } from './lean-storage.ts';

const PAGE_LIMIT_ROWS = 1_000;
const ATTEMPTS_MAX = 20;

/** A till that has just been enrolled: it holds nothing, and hydrates from the beginning. */
export class FreshTill {
  readonly name: string;
  readonly client: SyncClient;
  readonly #storage: SyncStorage;

  constructor(options: { url: string; device: ChainDevice; keepsSales: boolean }) {
    const { url, device } = options;
    this.name = device.name;
    this.#storage = options.keepsSales ? createMemoryStorage() : createLeanStorage();
    this.client = createSyncClient({ url, token: device.token, identity: device.identity, storage: this.#storage, pageLimitRows: PAGE_LIMIT_ROWS });
  }

  /** Pulls everything there is; answers the stream's head. Throws when the proof does not match. */
  async hydrate(): Promise<number> {
    for (let attempt = 1; ; attempt += 1) {
      const { end } = await this.client.pull();
      if (end.kind === 'caughtUp') return end.head;
      const isTransient = end.kind === 'stopped' && (end.failure.kind === 'busy' || end.failure.kind === 'unreachable');
      if (!isTransient || attempt === ATTEMPTS_MAX) throw new Error(`${this.name} could not hydrate: ${JSON.stringify(end)}`);
      await sleep(200);
    }
  }

  proof(): Promise<Proof> {
    return this.#storage.cache.proof();
  }
}
