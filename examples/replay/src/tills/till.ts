import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ActorId, JsonObject, OperationType, Proof } from '@modula/sync-core';
import type { PayloadOf } from '@modula/sync-core/contracts';
import { createSyncClient, createTrpcTransport, type DrainEnd, type SyncClient, type SyncStorage, type TransportFailure } from '@modula/sync-client';
import type { Receipt } from '../data/days.ts';
import type { Random } from '../random.ts';
import type { ChainDevice } from '../service/chain.ts';
import { createFaultyTransport, type FaultCounts, type FaultyTransport } from './faulty-transport.ts';
import { createLeanStorage } from './lean-storage.ts';
import { isOffline, outageOfDay, secondOfDay, type Outage } from './outage-plan.ts';
import { salePayload } from './sale-payload.ts';
import { TillBooks } from './till-books.ts';

const OPENING_FLOAT_MINOR = 5_000;
const BATCH_OPERATIONS = 100;
/** At closing time a till sends what it has, but half a year of days with two sales each need not be as many requests. */
const CLOSING_BATCH_OPERATIONS = 25;
/** More than this in the queue of a till that is online, and the day waits for it. */
const QUEUE_MAX = 400;
const REQUEST_TIMEOUT_MS = 30_000;
const PAGE_LIMIT_ROWS = 1_000;

export interface TillOptions {
  readonly url: string;
  readonly device: ChainDevice;
  readonly storeName: string;
  readonly cashierId: ActorId;
  readonly random: Random;
  readonly faultCounts: FaultCounts;
  /** False: a network without faults. */
  readonly hasFaults: boolean;
  /** Called with the number of sales that are settled now. */
  readonly onSynced: (sales: number) => void;
}

/** A simulated till that sells what a file says was sold, on a clock of its own. */
export class Till {
  readonly name: string;
  readonly books = new TillBooks();
  readonly #options: TillOptions;
  readonly #client: SyncClient;
  readonly #storage: SyncStorage = createLeanStorage();
  readonly #network: FaultyTransport | null;
  #session: { cashSessionId: string; expectedMinor: number } | null = null;
  #outage: Outage | null = null;
  #queued = 0;
  #isClosed = false;
  #drain: Promise<void> | null = null;
  /** What broke a drain that nobody was waiting for. */
  #fault: { readonly error: unknown } | null = null;

  constructor(options: TillOptions) {
    this.#options = options;
    this.name = `${options.storeName} ${options.device.name}`;
    const { url, device, hasFaults, random, faultCounts: counts } = options;
    const wire = createTrpcTransport({ url, token: device.token, requestTimeoutMs: REQUEST_TIMEOUT_MS });
    const onProblem = (problem: string) => this.books.problems.push(problem);
    this.#network = hasFaults ? createFaultyTransport(wire, { random, counts, onProblem }) : null;
    this.#client = createSyncClient({
      url,
      token: device.token,
      identity: device.identity,
      transport: this.#network ?? wire,
      storage: this.#storage,
      pageLimitRows: PAGE_LIMIT_ROWS,
      onEvent: (event) => {
        if (event.kind === 'settled') this.#settled(event);
        if (event.kind === 'proofMismatch') this.books.problems.push(`${this.name}: the proof differs in ${event.kinds.join(', ')}`);
      },
    });
  }

  get isOnline(): boolean {
    return !this.#isClosed && (this.#network === null || !this.#network.isCut);
  }

  /** A new day: the connection may break today, or come back from yesterday. */
  async startDay(): Promise<void> {
    this.#outage = this.#network === null ? null : outageOfDay(this.#options.random);
    this.#moveClock(0);
    if (this.#queued > 0) this.#sendSoon();
    await this.#makeRoom();
  }

  async sell(receipt: Receipt): Promise<void> {
    this.#moveClock(secondOfDay(receipt.soldAt));
    this.#session ??= await this.#openSession(receipt.soldAt);
    const { cashSessionId } = this.#session;
    const payload = salePayload(receipt, { saleId: randomUUID(), cashSessionId, random: this.#options.random });
    if (payload.tender.method === 'CASH') this.#session.expectedMinor += payload.totals.grandTotalMinor;
    this.books.captured(payload, receipt.soldAt.slice(0, 10));
    await this.#enqueue('sale.finalize', { payload, occurredAt: receipt.soldAt });
    if (this.#queued >= BATCH_OPERATIONS) this.#sendSoon();
    await this.#makeRoom();
  }

  /** Counts the drawer and closes it, if it sold anything today. */
  async endDay(date: string): Promise<void> {
    const session = this.#session;
    if (session === null) return;
    this.#session = null;
    const { cashSessionId, expectedMinor } = session;
    this.books.closing(cashSessionId, { date, ownExpectedMinor: expectedMinor, openingFloatMinor: OPENING_FLOAT_MINOR });
    this.books.enqueued += 1;
    await this.#enqueue('cashSession.close', { payload: { cashSessionId, countedMinor: expectedMinor }, occurredAt: `${date}T23:59:00.000Z` });
    if (this.#queued >= CLOSING_BATCH_OPERATIONS) this.#sendSoon();
  }

  /** After the last day: the connection is good, and everything goes out. */
  async finish(): Promise<void> {
    this.#network?.restore();
    this.#outage = null;
    do {
      this.#sendSoon();
      await this.#drained();
    } while (this.#queued > 0);
  }

  /** Pulls, again after each lost page, until this till holds its branch's live state; null while the network is cut. */
  async catchUp(): Promise<number | null> {
    while (this.isOnline) {
      const { end } = await this.#client.pull();
      if (end.kind === 'caughtUp') return end.head;
      if (end.kind === 'proofMismatch') throw new Error(`${this.name}: the proof differs in ${end.kinds.join(', ')} even after a reset`);
      await this.#waitAfter(end.failure);
    }
    return null;
  }

  proof(): Promise<Proof> {
    return this.#storage.cache.proof();
  }

  async dispose(): Promise<void> {
    // From now on it is offline for good, so a running drain ends by itself.
    this.#isClosed = true;
    this.#network?.cut();
    await this.#drain;
    await this.#client.dispose();
  }

  /** The day waits for a till whose queue is long although it is online. */
  async #makeRoom(): Promise<void> {
    if (this.#fault !== null) throw this.#fault.error;
    while (this.isOnline && this.#queued > QUEUE_MAX) {
      this.#sendSoon();
      await this.#drained();
    }
  }

  /** Resolves when the running drain, if any, is over. Throws what broke one. */
  async #drained(): Promise<void> {
    await this.#drain;
    if (this.#fault !== null) throw this.#fault.error;
  }

  async #openSession(occurredAt: string) {
    const cashSessionId = randomUUID();
    this.books.enqueued += 1;
    await this.#enqueue('cashSession.open', { payload: { cashSessionId, openingFloatMinor: OPENING_FLOAT_MINOR }, occurredAt });
    return { cashSessionId, expectedMinor: OPENING_FLOAT_MINOR };
  }

  async #enqueue<Type extends OperationType>(type: Type, what: { payload: PayloadOf<Type> & JsonObject; occurredAt: string }): Promise<void> {
    this.#queued += 1;
    await this.#client.enqueue({ type, actorId: this.#options.cashierId, ...what });
  }

  #moveClock(second: number): void {
    const isOff = isOffline(this.#outage, second);
    if (this.#isClosed || isOff === !this.isOnline) return;
    if (isOff) return this.#network?.cut();
    this.#network?.restore();
    this.#sendSoon();
  }

  #sendSoon(): void {
    if (this.#drain !== null || !this.isOnline) return;
    this.#drain = this.#sendAll()
      .catch((error: unknown) => {
        this.#fault = { error };
      })
      .finally(() => {
        this.#drain = null;
      });
  }

  async #sendAll(): Promise<void> {
    while (this.isOnline) {
      const { end } = await this.#client.push();
      if (end.kind === 'empty') break;
      await this.#waitAfter(end);
    }
    await this.catchUp();
  }

  /** A simulated till does not sit out a backoff, but it obeys a wait that the service asks for. */
  async #waitAfter(end: DrainEnd | TransportFailure): Promise<void> {
    const failure = end.kind === 'stopped' ? end.failure : end;
    switch (failure.kind) {
      case 'undecided':
      case 'busy':
        return sleep(failure.retryAfterMs ?? 200);
      case 'unreachable':
        return sleep(this.isOnline ? 20 : 0);
      case 'empty':
        return;
      default:
        throw new Error(`${this.name}: ${JSON.stringify(failure)}`);
    }
  }

  #settled(event: { operation: Parameters<TillBooks['settled']>[0]; result: Parameters<TillBooks['settled']>[1] }): void {
    this.#queued -= 1;
    this.books.settled(event.operation, event.result);
    if (event.operation.type === 'sale.finalize') this.#options.onSynced(1);
  }
}
