import type { BranchId, ClientOpId, DeviceId, JsonObject, TenantId } from '@modula/sync-core';
import type { FeedWriter } from '../feed/feed-writer.ts';
import type { Command, EntityChange } from '../plug.ts';
import type { EngineLog } from '../engine.ts';
import { NotPreparedError } from '../table-rows.ts';
import type { ChunkRows } from '../working-sets.ts';
import { authorize, refusal, type Refusal } from './authorize.ts';
import type { Candidate } from './candidate.ts';
import type { Facts } from './facts.ts';
import type { StoredOperation } from './stored-operation.ts';
import type { PendingFailure, SettledVerdict, Verdict } from './verdict.ts';

export interface JudgeInput {
  readonly tenantId: TenantId;
  /** The stream the chunk is judged in; null for a tenant-wide operation without a branch. */
  readonly branchId: BranchId | null;
  readonly facts: Facts;
  readonly stored: ReadonlyMap<ClientOpId, StoredOperation>;
  readonly rows: ChunkRows;
  readonly feed: FeedWriter;
  readonly log: EngineLog;
  /** The chunk is this one operation. */
  readonly alone: boolean;
}

const RETRY_AFTER_SURPRISE_MS = 5_000;

/**
 * Judges the operations of one chunk, each in its turn, by what those before it left behind (A3). Everything is in
 * memory: the locks are held, the rows are loaded, and nothing is written before all are judged.
 */
export class Judge {
  readonly #input: JudgeInput;
  /** Settled by this chunk, by id. */
  readonly #settled = new Map<ClientOpId, SettledVerdict>();
  /** Answered FAILED by this chunk without an outcome. */
  readonly #refused = new Map<ClientOpId, string>();
  /** Devices with an undecided operation: what follows waits (O1, O3). */
  readonly #waiting = new Set<DeviceId>();
  readonly #lastSettledSeq = new Map<DeviceId, number>();

  constructor(input: JudgeInput) {
    this.#input = input;
    for (const device of input.facts.devices.values()) this.#lastSettledSeq.set(device.deviceId, device.lastSettledSeq);
  }

  judge(candidate: Candidate): Verdict {
    if (!this.#callerIsValid(candidate)) return { kind: 'unauthorized', candidate };
    const foreign = foreignTo(candidate);
    if (foreign !== null) return this.#refuse(candidate, foreign);
    const repeated = this.#repeat(candidate);
    if (repeated !== null) return repeated;
    const { deviceId } = candidate.operation;
    if (deviceId !== null && (this.#waiting.has(deviceId) || this.#hasMoved(candidate))) {
      return { kind: 'pending', candidate, retryAfterMs: RETRY_AFTER_SURPRISE_MS };
    }
    return this.#decide(candidate);
  }

  /** The device's highest settled seq after this chunk. */
  lastSettledSeqOf(deviceId: DeviceId): number {
    return this.#lastSettledSeq.get(deviceId) ?? 0;
  }

  /** The token is looked at again, under the device's lock: a revocation that committed stops what has not (A6). */
  #callerIsValid({ caller }: Candidate): boolean {
    if (caller.tokenHash === null) return true;
    const fact =
      caller.kind === 'device' ? this.#input.facts.devices.get(caller.deviceId) : this.#input.facts.actors.get(caller.actorId);
    return fact !== undefined && fact.status === 'ACTIVE' && fact.tokenHashes.includes(caller.tokenHash);
  }

  /** The device was given to another branch since its token was looked up: its next push goes to the right stream. */
  #hasMoved({ caller }: Candidate): boolean {
    if (caller.kind !== 'device' || caller.tokenHash === null) return false;
    return this.#input.facts.devices.get(caller.deviceId)?.branchId !== this.#input.branchId;
  }

  /** The claim: the first to come with an id is the operation, everybody after it hears its outcome (G1, G2, G3). */
  #repeat(candidate: Candidate): Verdict | null {
    const { clientOpId } = candidate.operation;
    const here = this.#settled.get(clientOpId);
    if (here !== undefined) {
      return same(here.candidate.operation, here.candidate.payloadHash, candidate)
        ? { kind: 'repeated-here', candidate, first: here }
        : this.#reuse(candidate);
    }
    const stored = this.#input.stored.get(clientOpId);
    if (stored === undefined || (candidate.retry && retryable(stored))) return null;
    return same(stored, stored.payloadHash, candidate) ? { kind: 'repeated', candidate, stored } : this.#reuse(candidate);
  }

  #decide(candidate: Candidate): Verdict {
    const refused =
      this.#outOfOrder(candidate) ?? gateFault(candidate) ?? this.#dependency(candidate) ?? authorize(candidate, this.#input.facts);
    if (refused !== null) return this.#fail(candidate, refused);
    const { registered, parsed } = candidate;
    if (registered === undefined || parsed?.kind !== 'ok') throw new Error('authorize let an unknown type or shape pass');
    const { rows } = this.#input;
    const command = commandOf(candidate, this.#input.branchId, parsed.payload);
    rows.begin();
    try {
      const decision = registered.handler.decide(rows, command);
      if (decision.kind === 'rejected') {
        rows.drop();
        return this.#fail(candidate, refusal(decision.code, decision.details, decision.about));
      }
      const streamSeq = this.#append(candidate, decision.changes);
      rows.keep();
      return this.#settle({ kind: 'applied', candidate, result: decision.result, streamSeq });
    } catch (error) {
      rows.drop();
      // A row made by an operation before it in this chunk led to rows nobody could ask for: judged alone, it can (decision D3).
      if (error instanceof NotPreparedError && !this.#input.alone) throw error;
      return this.#wait(candidate, error);
    }
  }

  /** An id that is new to us, from a device that is already past it (O2). */
  #outOfOrder({ operation, retry }: Candidate): Refusal | null {
    const { deviceId, deviceSeq } = operation;
    if (deviceId === null || deviceSeq === null || retry) return null;
    const lastSettledSeq = this.lastSettledSeqOf(deviceId);
    return deviceSeq > lastSettledSeq ? null : refusal('DEVICE_ORDER_VIOLATION', { deviceSeq, lastSettledSeq });
  }

  /** Everything it builds on must have happened (O4). Looking only backwards also refuses what comes later, and circles. */
  #dependency({ operation }: Candidate): Refusal | null {
    for (const clientOpId of operation.dependsOn) {
      const code = this.#failureOf(clientOpId);
      const isCircle = code === 'DEPENDENCY_MISSING' && this.#leadsTo(clientOpId, operation.clientOpId);
      if (code === undefined || isCircle) return refusal('DEPENDENCY_MISSING', { clientOpId });
      if (code !== null) return refusal('DEPENDENCY_FAILED', { clientOpId, code });
    }
    return null;
  }

  /** Whether an operation of this chunk builds, directly or not, on another one: a circle has no first member (O4). */
  #leadsTo(from: ClientOpId, to: ClientOpId): boolean {
    const seen = new Set<ClientOpId>();
    const next = [from];
    for (let id = next.pop(); id !== undefined; id = next.pop()) {
      if (id === to) return true;
      if (seen.has(id)) continue;
      seen.add(id);
      next.push(...(this.#settled.get(id)?.candidate.operation.dependsOn ?? []));
    }
    return false;
  }

  /** The failure code of an operation that is decided; null: it is SYNCED; undefined: nobody knows it. */
  #failureOf(clientOpId: ClientOpId): string | null | undefined {
    const here = this.#settled.get(clientOpId);
    if (here !== undefined) return here.kind === 'failed' ? here.failure.code : null;
    const stored = this.#input.stored.get(clientOpId);
    if (stored !== undefined) return stored.status === 'FAILED' ? (stored.failure?.code ?? 'FAILED') : null;
    return this.#refused.get(clientOpId);
  }

  /** Puts what the operation changed on the feed, before its rows are kept: a fault here takes the rows back too. */
  #append(candidate: Candidate, changes: readonly EntityChange[]): number | null {
    const { branchId, feed } = this.#input;
    const { operation, registered } = candidate;
    const origin = { occurredAt: operation.occurredAt, actorId: operation.actorId, clientOpId: operation.clientOpId };
    if (registered?.contract.scope === 'tenant') return feed.appendShared(changes, origin);
    if (branchId === null) throw new Error(`${operation.type} was judged without a branch`);
    return feed.append(branchId, changes, origin);
  }

  #fail(candidate: Candidate, refused: Refusal): Verdict {
    return this.#settle({ kind: 'failed', candidate, failure: this.#pendingFailure(refused) });
  }

  #settle(verdict: SettledVerdict): SettledVerdict {
    const { clientOpId, deviceId, deviceSeq } = verdict.candidate.operation;
    this.#settled.set(clientOpId, verdict);
    if (deviceId !== null && deviceSeq !== null) {
      this.#lastSettledSeq.set(deviceId, Math.max(this.lastSettledSeqOf(deviceId), deviceSeq));
    }
    return verdict;
  }

  #reuse(candidate: Candidate): Verdict {
    return { kind: 'reused', candidate, failure: this.#pendingFailure(refusal('CLIENT_OP_ID_REUSED')) };
  }

  #refuse(candidate: Candidate, refused: Refusal): Verdict {
    this.#refused.set(candidate.operation.clientOpId, refused.code);
    return { kind: 'refused', candidate, failure: this.#pendingFailure(refused) };
  }

  #pendingFailure({ code, details, about }: Refusal): PendingFailure {
    const { branchId, feed } = this.#input;
    return { code, details, about, writtenBy: about === null || branchId === null ? null : feed.written(branchId, about) };
  }

  /** A surprise is nobody's rejection: the operation and what its device made after it stay undecided (O3, G7). */
  #wait(candidate: Candidate, error: unknown): Verdict {
    const { operation } = candidate;
    this.#input.log.surprise('an operation could not be judged', error, { clientOpId: operation.clientOpId, type: operation.type });
    if (operation.deviceId !== null) this.#waiting.add(operation.deviceId);
    return { kind: 'pending', candidate, retryAfterMs: RETRY_AFTER_SURPRISE_MS };
  }
}

/** Only a failure that nobody waived can be run again (A5). Two operators at once: the second hears what the first achieved. */
export function retryable({ status, failure }: StoredOperation): boolean {
  return status === 'FAILED' && failure?.code !== 'WAIVED';
}

/** The first two checks of A1, before any stored outcome is shown (A2). */
function foreignTo({ operation, caller }: Candidate): Refusal | null {
  if (operation.tenantId !== caller.tenantId) return refusal('TENANT_MISMATCH');
  if (caller.kind === 'device' && operation.deviceId !== caller.deviceId) {
    return refusal('DEVICE_MISMATCH', { deviceId: operation.deviceId });
  }
  return null;
}

function gateFault({ gateFault: fault }: Candidate): Refusal | null {
  return fault === null ? null : refusal(fault.code, fault.details);
}

type Compared = Pick<StoredOperation, 'type' | 'version' | 'branchId' | 'actorId'>;

function same(first: Compared, firstHash: string, { operation, payloadHash }: Candidate): boolean {
  return (
    first.type === operation.type &&
    first.version === operation.version &&
    first.branchId === operation.branchId &&
    first.actorId === operation.actorId &&
    firstHash === payloadHash
  );
}

export function commandOf(candidate: Candidate, branchId: BranchId | null, payload: JsonObject): Command {
  const { operation, lane } = candidate;
  return {
    tenantId: operation.tenantId,
    branchId,
    deviceId: operation.deviceId,
    actorId: operation.actorId,
    clientOpId: operation.clientOpId,
    lane,
    payload,
    occurredAt: operation.occurredAt,
  };
}
