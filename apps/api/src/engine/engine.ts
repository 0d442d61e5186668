import type {
  ActorId,
  BranchId,
  ClientOpId,
  JsonObject,
  OperationResult,
  TenantId,
} from '@modula/sync-core';
import type { EnvelopeOrFault } from '@modula/sync-core/wire';
import type { ActorSession, DeviceSession, SupportSession } from './session.ts';

/** One call of the direct lane, parsed. `actorId` is the caller's for an actor token, named for a device token. */
export interface DirectCall {
  readonly type: string;
  readonly clientOpId: ClientOpId;
  readonly branchId: BranchId | null;
  readonly actorId: ActorId;
  readonly payload: JsonObject;
  readonly dependsOn: readonly ClientOpId[];
}

export interface PushAnswer {
  readonly serverTime: string;
  readonly results: readonly OperationResult[];
}

export interface PullInput {
  readonly branchId: BranchId;
  readonly moduleScopes: readonly string[];
  readonly cursor: string | null;
  readonly limit: number;
}

/** A page whose changes are still the stored texts: `changesText` is the JSON array as it goes on the wire. */
export interface PulledPage {
  readonly changesText: string;
  readonly cursor: string;
  readonly hasMore: boolean;
  readonly head: number;
  readonly liveCount: number;
  readonly serverTime: string;
  readonly proof: { readonly [kind: string]: { readonly count: number; readonly hash: string } } | null;
}

/** Who asks for a retry or a waive, and why (A5). */
export interface PersonalAct {
  readonly operator: string;
  readonly reason: string;
}

/** What the doors may ask of the engine. All methods throw RequestError for a refused request. */
export interface Engine {
  push(session: DeviceSession, operations: readonly EnvelopeOrFault[]): Promise<PushAnswer>;
  /** Same judgement as push or a direct call, rolled back. */
  rehearse(session: DeviceSession | SupportSession, operations: readonly EnvelopeOrFault[]): Promise<PushAnswer>;
  direct(session: DeviceSession | ActorSession, call: DirectCall): Promise<OperationResult>;
  pull(session: DeviceSession, input: PullInput): Promise<PulledPage>;
  outcomes(session: DeviceSession, clientOpIds: readonly ClientOpId[]): Promise<readonly OperationResult[]>;
  report(session: DeviceSession, manifest: JsonObject): Promise<void>;
  /** Runs FAILED operations again, the named one first, then its failed dependents in order if asked. Answers one result each. */
  retry(tenantId: TenantId, clientOpId: ClientOpId, request: PersonalAct & { readonly withDependents: boolean }): Promise<readonly OperationResult[]>;
  waive(tenantId: TenantId, clientOpId: ClientOpId, request: PersonalAct): Promise<OperationResult>;
}

/** Where a stream stands after a commit. The engine calls this once per moved stream, outside the transaction. */
export interface NudgeSink {
  /** `branchId` null: all streams of the tenant moved (a tenant-wide write); `head` is then null. */
  moved(tenantId: TenantId, branchId: BranchId | null, head: number | null): void;
}

/** What the engine needs of the world. */
export interface EnginePorts {
  /** Server clock, ISO-8601 UTC. */
  now(): string;
  randomUuid(): string;
  /** Uniform in [0, 1): jitter. */
  random(): number;
  sleep(delayMs: number): Promise<void>;
  readonly nudges: NudgeSink;
  readonly log: EngineLog;
}

export interface EngineLog {
  /** One operation was decided. No payload, ever. */
  settled(entry: {
    readonly tenantId: string;
    readonly clientOpId: string;
    readonly type: string;
    readonly lane: string;
    readonly status: string;
    readonly code: string | null;
    readonly duplicate: boolean;
    readonly streamSeq: number | null;
  }): void;
  /** Something that should not happen did; the operation or chunk stays undecided. */
  surprise(message: string, error: unknown, context: JsonObject): void;
  /** A transaction was tried again. */
  retried(reason: string, attempt: number): void;
}
