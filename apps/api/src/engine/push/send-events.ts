import type { Tx } from '@modula/db';
import type { TenantId } from '@modula/sync-core';

/** An outcome as a webhook hears of it. */
export interface OutcomeEvent {
  readonly branchId: string | null;
  readonly clientOpId: string;
  readonly type: string;
  readonly lane: string;
  readonly deviceId: string | null;
  readonly actorId: string;
  readonly occurredAt: string;
  readonly decidedAt: string;
  readonly streamSeq: number | null;
  /** Null: it was applied. */
  readonly failureCode: string | null;
}

export interface EventTarget {
  readonly tenantId: TenantId;
  readonly webhookIds: readonly string[];
  readonly now: string;
  readonly randomUuid: () => string;
}

/** One outbox row per outcome and webhook, for the relay. Without a webhook: none. An event has one id for all its receivers. */
export function sendEvents(tx: Tx, { tenantId, webhookIds, now, randomUuid }: EventTarget, outcomes: readonly OutcomeEvent[]): void {
  if (webhookIds.length === 0 || outcomes.length === 0) return;
  const rows = outcomes.flatMap((outcome) => {
    const eventId = randomUuid();
    const eventType = outcome.failureCode === null ? 'operation.applied' : 'operation.failed';
    const body = bodyOf(outcome, { eventId, eventType, tenantId });
    return webhookIds.map((webhookId) => ({ eventId, webhookId, eventType, body }));
  });
  tx.send(
    `INSERT INTO outbox_event (tenant_id, event_id, webhook_id, event_type, body, created_at, next_attempt_at)
     SELECT $1::uuid, "eventId", "webhookId", "eventType", body, $3::timestamptz, $3::timestamptz
       FROM json_to_recordset($2::text::json) AS r ("eventId" uuid, "webhookId" uuid, "eventType" text, body text)`,
    [tenantId, JSON.stringify(rows), now],
  );
}

/** Field by field: receivers rely on these names, and no payload gets in by accident. */
function bodyOf(outcome: OutcomeEvent, about: { readonly eventId: string; readonly eventType: string; readonly tenantId: TenantId }): string {
  const { branchId, clientOpId, type, lane, deviceId, actorId, occurredAt, decidedAt, streamSeq, failureCode } = outcome;
  return JSON.stringify({ ...about, branchId, clientOpId, type, lane, deviceId, actorId, occurredAt, decidedAt, streamSeq, failureCode });
}
