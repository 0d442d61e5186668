import type { Tx } from '@modula/db';
import type { Settlement } from './answers.ts';
import type { SettleInput } from './settle.ts';

/** One outbox row per outcome and registered webhook, for the relay. Without a webhook: none. */
export function insertEvents(tx: Tx, input: SettleInput, settlements: readonly Settlement[]): void {
  const { tenantId, now, webhookIds, randomUuid } = input;
  if (webhookIds.length === 0 || settlements.length === 0) return;
  const rows = settlements.flatMap(({ verdict, failure, streamSeq }) => {
    const { operation, lane } = verdict.candidate;
    const eventId = randomUuid();
    const eventType = verdict.kind === 'applied' ? 'operation.applied' : 'operation.failed';
    const body = JSON.stringify({
      eventId,
      eventType,
      tenantId,
      branchId: operation.branchId,
      clientOpId: operation.clientOpId,
      type: operation.type,
      lane,
      deviceId: operation.deviceId,
      actorId: operation.actorId,
      occurredAt: operation.occurredAt,
      decidedAt: now,
      streamSeq,
      failureCode: failure?.code ?? null,
    });
    return webhookIds.map((webhookId) => ({ eventId, webhookId, eventType, body }));
  });
  tx.send(
      `INSERT INTO outbox_event (tenant_id, event_id, webhook_id, event_type, body, created_at, next_attempt_at)
       SELECT $1::uuid, "eventId", "webhookId", "eventType", body, $3::timestamptz, $3::timestamptz
         FROM json_to_recordset($2::text::json) AS r ("eventId" uuid, "webhookId" uuid, "eventType" text, body text)`,
      [tenantId, JSON.stringify(rows), now],
  );
}
