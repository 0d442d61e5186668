import type { Tx } from '@modula/db';
import type { ClientOpId, Failure, JsonValue, OperationResult, TenantId } from '@modula/sync-core';

/** A final outcome (G7), with what is compared when its id comes again (G3). */
export interface StoredOperation {
  readonly clientOpId: ClientOpId;
  readonly type: string;
  readonly version: number;
  readonly branchId: string | null;
  readonly actorId: string;
  readonly payloadHash: string;
  readonly status: 'SYNCED' | 'FAILED';
  readonly result: JsonValue | null;
  readonly streamSeq: number | null;
  readonly failure: Failure | null;
  readonly attempt: number;
}

interface StoredRow extends Omit<StoredOperation, 'result' | 'failure'> {
  readonly result: string | null;
  readonly failure: string | null;
}

/** Primary key look-up of the ids of a chunk and of everything they depend on. */
export async function readStored(tx: Tx, tenantId: TenantId, ids: readonly ClientOpId[]): Promise<Map<ClientOpId, StoredOperation>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.query<StoredRow>(
    `SELECT client_op_id AS "clientOpId", type, version, branch_id AS "branchId", actor_id AS "actorId", payload_hash AS "payloadHash",
            status, result, stream_seq AS "streamSeq", failure, attempt
       FROM operation WHERE tenant_id = $1 AND client_op_id = ANY($2::uuid[])`,
    [tenantId, ids],
  );
  return new Map(rows.map((row) => [row.clientOpId, { ...row, result: resultOf(row.result), failure: failureOf(row.failure) }]));
}

/** The stored outcome as it is answered, field for field (G2). */
export function answerOf(stored: StoredOperation, asSent: string, duplicate: boolean): OperationResult {
  return {
    clientOpId: asSent,
    duplicate,
    status: stored.status,
    result: stored.result,
    streamSeq: stored.streamSeq,
    failure: stored.failure,
    retryAfterMs: null,
  };
}

/** Both texts were written by insert-outcomes.ts or replace-outcome.ts, from values of these types. */
function resultOf(text: string | null): JsonValue | null {
  return text === null ? null : (JSON.parse(text) as JsonValue);
}

function failureOf(text: string | null): Failure | null {
  return text === null ? null : (JSON.parse(text) as Failure);
}
