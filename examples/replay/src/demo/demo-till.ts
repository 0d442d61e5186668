import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ActorId, JsonObject, OperationType, Proof } from '@modula/sync-core';
import type { PayloadOf } from '@modula/sync-core/contracts';
import { createMemoryStorage, createSyncClient, createTrpcTransport, type SyncClient, type SyncEvent, type SyncStorage } from '@modula/sync-client';
import type { Receipt } from '../data/days.ts';
import { pick, pickIndex, type Random } from '../random.ts';
import type { ChainDevice } from '../service/chain.ts';
import { createFaultyTransport, type FaultCounts, type FaultyTransport } from '../tills/faulty-transport.ts';
import { salePayload } from '../tills/sale-payload.ts';
import { cashInDrawer, menuOf, openSessionOf } from './till-cache.ts';
import type { TillView } from './view.ts';

const OPENING_FLOAT_MINOR = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;

export interface DemoTillOptions {
  readonly url: string;
  readonly name: string;
  readonly device: ChainDevice;
  readonly storeName: string;
  readonly cashierId: ActorId;
  readonly random: Random;
  readonly faultCounts: FaultCounts;
  readonly firstDeviceSeq: number;
  readonly tell: (event: string) => void;
}

/** A till that sells from the menu it holds, with the SDK's own loops between it and the service. */
export class DemoTill {
  readonly name: string;
  readonly deviceId: string;
  /** Sales of this run by id, in cents. */
  readonly sales = new Map<string, number>();
  readonly problems: string[] = [];
  nextDeviceSeq: number;
  #synced = 0;
  #failed = 0;
  #cashSessionId: string | null = null;
  #head = 0;
  #comesBackWith: number | null = null;
  #waited = 0;
  #numbers = 0;
  readonly #options: DemoTillOptions;
  readonly #storage: SyncStorage;
  readonly #network: FaultyTransport;
  readonly #client: SyncClient;

  constructor(options: DemoTillOptions) {
    const { url, device, random, faultCounts: counts } = options;
    this.#options = options;
    this.name = options.name;
    this.deviceId = device.identity.deviceId;
    this.nextDeviceSeq = options.firstDeviceSeq;
    this.#storage = createMemoryStorage({ firstDeviceSeq: options.firstDeviceSeq });
    const wire = createTrpcTransport({ url, token: device.token, requestTimeoutMs: REQUEST_TIMEOUT_MS });
    this.#network = createFaultyTransport(wire, { random, counts, onProblem: (problem) => this.problems.push(problem) });
    const onEvent = (event: SyncEvent) => this.#onEvent(event);
    this.#client = createSyncClient({ url, token: device.token, identity: device.identity, storage: this.#storage, transport: this.#network, onEvent });
  }

  get isOnline(): boolean {
    return !this.#network.isCut;
  }

  /** Hydrates, then opens its drawer, or goes on with the one that an earlier run left open. */
  async start(): Promise<void> {
    await this.#catchUp();
    const left = openSessionOf(await this.#client.list('cashSession.session'), this.deviceId);
    this.#cashSessionId = left ?? randomUUID();
    if (left === null) await this.#enqueue('cashSession.open', { cashSessionId: this.#cashSessionId, openingFloatMinor: OPENING_FLOAT_MINOR });
    this.#client.start();
  }

  /** One customer, at the prices this till holds just now. */
  async sell(): Promise<void> {
    const { random, storeName, cashierId } = this.#options;
    const menu = menuOf(await this.#client.list('menu.item'));
    if (menu.length === 0 || this.#cashSessionId === null) return;
    this.#numbers += 1;
    const lines = Array.from({ length: 1 + pickIndex(random, 3) }, () => ({ ...pick(random, menu), quantity: 1 + pickIndex(random, 2), discountMinor: 0 }));
    const soldAt = new Date().toISOString();
    const receipt: Receipt = { storeId: `${storeName}-${this.#options.device.name}-${this.nextDeviceSeq}`, soldAt, number: this.#numbers, lines };
    const saleId = randomUUID();
    const payload = salePayload(receipt, { saleId, cashSessionId: this.#cashSessionId, random });
    this.sales.set(saleId, payload.totals.grandTotalMinor);
    await this.#enqueue('sale.finalize', payload, cashierId);
  }

  loseConnection(): void {
    this.#network.cut();
    this.#options.tell(`${this.name} lost its connection and goes on selling`);
  }

  /** The number of operations that waited. */
  async regainConnection(): Promise<number> {
    const { queue } = await this.#client.status();
    const waiting = queue.pending + queue.syncing;
    this.#comesBackWith = waiting > 0 ? waiting : null;
    this.#waited = waiting;
    this.#network.restore();
    this.#client.online();
    return waiting;
  }

  /** Counts the drawer from this till's own copy of its sales, closes it, and sends all there is. */
  async finish(): Promise<void> {
    if (!this.isOnline) await this.regainConnection();
    await this.#sendAll();
    await this.#catchUp();
    const cashSessionId = this.#cashSessionId;
    if (cashSessionId === null) return;
    const countedMinor = await cashInDrawer(this.#client, cashSessionId);
    await this.#enqueue('cashSession.close', { cashSessionId, countedMinor });
    await this.#sendAll();
  }

  async converge(): Promise<Proof> {
    await this.#catchUp();
    return this.#storage.cache.proof();
  }

  async view(): Promise<TillView> {
    const { queue, bookmark } = await this.#client.status();
    return {
      name: this.name,
      isOnline: this.isOnline,
      queued: queue.pending + queue.syncing,
      synced: this.#synced,
      failed: this.#failed,
      pulledTo: bookmark?.head ?? 0,
      head: Math.max(this.#head, bookmark?.head ?? 0),
      revenueMinor: [...this.sales.values()].reduce((sum, amount) => sum + amount, 0),
    };
  }

  async dispose(): Promise<void> {
    await this.#client.dispose();
  }

  async #enqueue<Type extends OperationType>(type: Type, payload: PayloadOf<Type> & JsonObject, actorId = this.#options.cashierId): Promise<void> {
    this.nextDeviceSeq += 1;
    await this.#client.enqueue({ type, actorId, payload });
  }

  async #sendAll(): Promise<void> {
    for (;;) {
      const { end } = await this.#client.push();
      if (end.kind === 'empty') return;
      await sleep(100);
    }
  }

  async #catchUp(): Promise<void> {
    for (;;) {
      const { end } = await this.#client.pull();
      if (end.kind === 'caughtUp') return;
      if (end.kind === 'proofMismatch') throw new Error(`${this.name}: the proof differs in ${end.kinds.join(', ')}`);
      await sleep(100);
    }
  }

  #onEvent(event: SyncEvent): void {
    if (event.kind === 'nudged') this.#head = event.head;
    if (event.kind === 'proofMismatch') this.problems.push(`the proof differed in ${event.kinds.join(', ')}`);
    if (event.kind !== 'settled') return;
    if (event.result.status === 'FAILED') {
      this.#failed += 1;
      this.problems.push(`${event.operation.type} failed: ${event.result.failure?.code}`);
    } else {
      this.#synced += 1;
    }
    this.#countDown();
  }

  /** Says when the last of what piled up during an outage has landed. */
  #countDown(): void {
    if (this.#comesBackWith === null) return;
    this.#comesBackWith -= 1;
    if (this.#comesBackWith > 0) return;
    this.#comesBackWith = null;
    this.#options.tell(`${this.name} has caught up: ${this.#waited} operations landed once each`);
  }
}
