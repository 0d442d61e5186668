import {
  checkPayload,
  issuesOf,
  sha256Hex,
  type ActorId,
  type BranchId,
  type ClientOpId,
  type DeviceId,
  type JsonObject,
  type TenantId,
} from '@modula/sync-core';
import type { Lane } from '../plug.ts';
import type { OperationRegistry, RegisteredOperation } from '../registry.ts';

/** Who brings an operation. `tokenHash` null: a person of support acts on what is stored, no token is involved. */
export type Caller =
  | { readonly kind: 'device'; readonly tenantId: TenantId; readonly deviceId: DeviceId; readonly tokenHash: string | null }
  | { readonly kind: 'actor'; readonly tenantId: TenantId; readonly actorId: ActorId; readonly tokenHash: string | null };

/** An operation of either lane, parsed, before any of it was believed. */
export interface ClaimedOperation {
  readonly clientOpId: ClientOpId;
  readonly tenantId: TenantId;
  /** Null: called by an actor without a device. */
  readonly deviceId: DeviceId | null;
  /** Null on the direct lane, which has no order. */
  readonly deviceSeq: number | null;
  readonly type: string;
  readonly version: number;
  readonly branchId: BranchId | null;
  readonly actorId: ActorId;
  readonly payload: JsonObject;
  /** The hash the client counted; null on the direct lane. */
  readonly payloadHash: string | null;
  readonly dependsOn: readonly ClientOpId[];
  readonly occurredAt: string;
}

/** What can be said of an operation without the database. */
export interface Candidate {
  /** `clientOpId` as the client wrote it, to answer under. */
  readonly asSent: string;
  readonly lane: Lane;
  readonly caller: Caller;
  readonly operation: ClaimedOperation;
  readonly registered: RegisteredOperation | undefined;
  /** Text that is stored, and its hash by the server (G4). */
  readonly payloadText: string;
  readonly payloadHash: string;
  /** A payload that can't be kept (G6) or whose hash the client got wrong (G4). */
  readonly gateFault: { readonly code: 'PAYLOAD_INVALID' | 'PAYLOAD_HASH_MISMATCH'; readonly details: JsonObject } | null;
  /** The payload in its type's shape, or why it is not. */
  readonly parsed: { readonly kind: 'ok'; readonly payload: JsonObject } | { readonly kind: 'issues'; readonly issues: JsonObject[] } | null;
  /** Support runs a stored, FAILED operation again (A5): neither its stored outcome nor its place in the order hold it back. */
  readonly retry: boolean;
}

export interface CandidateInput {
  readonly asSent: string;
  readonly lane: Lane;
  readonly caller: Caller;
  readonly retry?: boolean;
}

/** Hashes, measures and parses a payload once, outside any transaction. */
export function inspect(registry: OperationRegistry, operation: ClaimedOperation, input: CandidateInput): Candidate {
  const registered = registry.find(operation.type);
  const base = { ...input, retry: input.retry ?? false, operation, registered };
  const checked = checkPayload(operation.payload);
  if (checked.kind === 'invalid') {
    const payloadText = keepableText(operation.payload);
    return {
      ...base,
      payloadText,
      payloadHash: sha256Hex(payloadText),
      gateFault: { code: 'PAYLOAD_INVALID', details: { path: checked.path, reason: checked.reason } },
      parsed: null,
    };
  }
  const found = { ...base, payloadText: checked.canonicalText, payloadHash: checked.hash };
  if (operation.payloadHash !== null && operation.payloadHash !== checked.hash) {
    return {
      ...found,
      gateFault: { code: 'PAYLOAD_HASH_MISMATCH', details: { expected: checked.hash, found: operation.payloadHash } },
      parsed: null,
    };
  }
  if (registered === undefined) return { ...found, gateFault: null, parsed: null };
  const result = registered.contract.payload.safeParse(operation.payload);
  return {
    ...found,
    gateFault: null,
    parsed: result.success
      ? // A payload schema describes a JSON object; checkPayload has seen that this one is.
        { kind: 'ok', payload: result.data as JsonObject }
      : { kind: 'issues', issues: issuesOf(result.error).map(({ path, message }) => ({ path, message })) },
  };
}

/** As much of a refused payload as can be kept for support. JSON text is ASCII-safe for U+0000 and lone surrogates. */
function keepableText(payload: JsonObject): string {
  try {
    const text = JSON.stringify(payload);
    return text.length <= KEPT_CHARACTERS ? text : JSON.stringify({ truncated: text.slice(0, KEPT_CHARACTERS) });
  } catch {
    // RangeError: nested too deep for the serializer. Nothing of it can be written down.
    return '{"unkeepable":"nested too deep"}';
  }
}

const KEPT_CHARACTERS = 200_000;
