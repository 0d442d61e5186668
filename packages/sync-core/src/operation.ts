import type { ActorId, BranchId, ClientOpId, DeviceId, TenantId } from './ids.ts';
import type { EntityKind } from './entity-kinds.ts';
import type { JsonObject, JsonValue } from './json.ts';

/** One write intent as a till sends it (contract 2.1). */
export interface OfflineOperation {
  readonly clientOpId: string;
  readonly deviceId: string;
  readonly deviceSeq: number;
  readonly type: string;
  readonly version: number;
  readonly tenantId: string;
  readonly branchId: string | null;
  readonly actorId: string;
  readonly payload: JsonObject;
  readonly payloadHash: string;
  readonly dependsOn: readonly string[];
  readonly occurredAt: string;
}

/** The same after parsing: ids are lower-case UUIDs, `occurredAt` is UTC with milliseconds. */
export interface ParsedOperation extends OfflineOperation {
  readonly clientOpId: ClientOpId;
  readonly deviceId: DeviceId;
  readonly tenantId: TenantId;
  readonly branchId: BranchId | null;
  readonly actorId: ActorId;
  readonly dependsOn: readonly ClientOpId[];
}

/** The change that made an operation fail, and how far the device had pulled when the server judged it. */
export interface Evidence {
  readonly entityKind: EntityKind;
  readonly entityId: string;
  readonly seq: number;
  readonly occurredAt: string;
  readonly actorId: string | null;
  readonly deviceSeenSeq: number | null;
}

export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly details: JsonObject | null;
  readonly evidence: Evidence | null;
}

export type OperationStatus = 'SYNCED' | 'FAILED' | 'PENDING';

/** What `sync.push` answers for one operation (contract 2.1). */
export interface OperationResult {
  readonly clientOpId: string;
  readonly duplicate: boolean;
  readonly status: OperationStatus;
  readonly result: JsonValue | null;
  readonly streamSeq: number | null;
  readonly failure: Failure | null;
  readonly retryAfterMs: number | null;
}

export interface PushOutput {
  readonly serverTime: string;
  readonly results: readonly OperationResult[];
}

/** What a direct procedure answers. */
export interface DirectOutput {
  readonly clientOpId: string;
  readonly duplicate: boolean;
  readonly result: JsonValue | null;
  readonly streamSeq: number | null;
}
