import { randomUUID } from 'node:crypto';
import type { DirectOutput, OfflineOperation, OperationResult, PullPage } from '@modula/sync-core';
import { ALL_SCOPES, Cache } from './cache.ts';
import { get, post, type Answer } from './http.ts';
import { hashOf } from './own-hash.ts';
import { salePayload } from './payloads.ts';

export interface TillIdentity {
  readonly tenantId: string;
  readonly branchId: string;
  readonly deviceId: string;
  readonly token: string;
  /** Who uses it when a test does not say. */
  readonly actorId: string;
  /** The nodes of the service, by turns. */
  readonly urls: readonly string[];
}

export interface PullAsk {
  readonly branchId?: string;
  readonly moduleScopes?: readonly string[];
  readonly cursor?: string | null;
  readonly limit?: number;
  readonly node?: number;
}

/** A till that knows nothing but the contract. */
export class Till {
  readonly identity: TillIdentity;
  #lastSeq = 0;

  constructor(identity: TillIdentity) {
    this.identity = identity;
  }

  url(node = 0): string {
    return this.identity.urls[node % this.identity.urls.length]!;
  }

  /** The next operation of this till. `changes` are made after the hash was counted, unless they change the payload. */
  op(type: string, payload: object, changes: Partial<OfflineOperation> = {}): OfflineOperation {
    const { tenantId, branchId, deviceId, actorId } = this.identity;
    const deviceSeq = changes.deviceSeq ?? this.#lastSeq + 1;
    this.#lastSeq = Math.max(this.#lastSeq, deviceSeq);
    // The tests send plain objects of JSON values.
    const sent = (changes.payload ?? payload) as OfflineOperation['payload'];
    return {
      clientOpId: randomUUID(),
      deviceId,
      deviceSeq,
      type,
      version: 1,
      tenantId,
      branchId,
      actorId,
      payload: sent,
      payloadHash: hashOf(sent),
      dependsOn: [],
      occurredAt: '2026-11-22T08:00:00.000Z',
      ...changes,
    };
  }

  /** A sale by KHQR needs no drawer: the smallest operation that any number of tills may repeat. */
  sale(changes: Partial<OfflineOperation> = {}): OfflineOperation {
    return this.op('sale.finalize', salePayload(), changes);
  }

  async push(operations: readonly OfflineOperation[], node = 0): Promise<readonly OperationResult[]> {
    const answer = await this.tryPush(operations, node);
    if (answer.status !== 200) throw new Error(`push: ${answer.status} ${JSON.stringify(answer.sync)}`);
    return answer.data.results;
  }

  async pushOne(operation: OfflineOperation, node = 0): Promise<OperationResult> {
    const [result] = await this.push([operation], node);
    return result!;
  }

  tryPush(operations: readonly OfflineOperation[], node = 0): Promise<Answer<{ serverTime: string; results: readonly OperationResult[] }>> {
    return post(this.url(node), 'sync.push', { token: this.identity.token, body: { operations } });
  }

  /** The direct lane, as the same actor. */
  direct(type: string, payload: object, changes: object = {}, node = 0): Promise<Answer<DirectOutput>> {
    const { branchId, actorId, token } = this.identity;
    return post(this.url(node), type, { token, body: { clientOpId: randomUUID(), branchId, actorId, payload, ...changes } });
  }

  tryPull({ node = 0, ...ask }: PullAsk = {}): Promise<Answer<PullPage>> {
    const { branchId, token } = this.identity;
    return get(this.url(node), 'sync.pull', { token, body: { branchId, moduleScopes: ALL_SCOPES, cursor: null, ...ask } });
  }

  async pull(ask: PullAsk = {}): Promise<PullPage> {
    const answer = await this.tryPull(ask);
    if (answer.status !== 200) throw new Error(`pull: ${answer.status} ${JSON.stringify(answer.sync)}`);
    return answer.data;
  }

  /** Pulls until there is no more, into a fresh cache or on from an old one. */
  async hydrate(ask: PullAsk = {}, cache = new Cache()): Promise<Cache> {
    for (;;) {
      const page = await this.pull({ ...ask, cursor: cache.cursor });
      cache.apply(page);
      if (!page.hasMore) return cache;
    }
  }

  outcomes(clientOpIds: readonly string[], node = 0): Promise<Answer<{ results: readonly OperationResult[] }>> {
    return get(this.url(node), 'sync.operations', { token: this.identity.token, body: { clientOpIds } });
  }
}
