import type { BranchId, ClientOpId, DirectOutput, JsonObject, OfflineOperation, OperationResult, PullPage, PushOutput } from '@modula/sync-core';

/** What the SDK asks of the network. A method answers always; it never throws for what a network may do. */
export interface Transport {
  push(operations: readonly OfflineOperation[], signal?: AbortSignal): Promise<Answer<PushOutput>>;
  pull(request: PullRequest, signal?: AbortSignal): Promise<Answer<PullPage>>;
  /** Outcomes of operations whose answer was lost, one place per id, null where nothing was decided; at most 500 ids. */
  outcomes(clientOpIds: readonly ClientOpId[], signal?: AbortSignal): Promise<Answer<readonly (OperationResult | null)[]>>;
  /** The direct lane: one feature procedure, online. A rejection is `refused` with the failure's code. */
  direct(type: string, call: DirectRequest, signal?: AbortSignal): Promise<Answer<DirectOutput>>;
  /** Calls `listener.onHead` now and whenever the stream moved, and reconnects by itself, until the returned function is called. */
  nudges(branchId: BranchId, listener: NudgeListener): () => void;
  /** Closes what is open; no call may follow. */
  close(): void;
}

export type Answer<Value> = { readonly kind: 'ok'; readonly value: Value } | TransportFailure;

export type TransportFailure =
  /** No answer came. What was sent may have been done. */
  | { readonly kind: 'unreachable'; readonly message: string }
  /** The service could not take it now; asking again is right. */
  | { readonly kind: 'busy'; readonly code: string; readonly retryAfterMs: number | null }
  /** The token is not valid (any more): a person has to act (Q9). */
  | { readonly kind: 'unauthorized' }
  /** The cursor cannot be resumed: start from the beginning. */
  | { readonly kind: 'reset'; readonly reason: string }
  | { readonly kind: 'refused'; readonly code: string; readonly sync: JsonObject };

export interface PullRequest {
  readonly branchId: BranchId;
  readonly moduleScopes: readonly string[];
  readonly cursor: string | null;
  readonly limit: number;
}

export interface DirectRequest {
  readonly clientOpId: ClientOpId;
  readonly branchId: BranchId | null;
  readonly payload: JsonObject;
  readonly dependsOn?: readonly ClientOpId[];
  readonly actorId?: string;
}

export interface NudgeListener {
  onHead(head: number): void;
  /** The subscription is up, or broke and is being tried again. */
  onConnected(isConnected: boolean): void;
}
