import type { Database } from '@modula/db';
import type { TenantId } from '@modula/sync-core';
import { sendEvents, type OutcomeEvent } from '../../engine/push/send-events.ts';

const FAILURES_PER_TRANSACTION = 200;

/**
 * Turns marked failures of one tenant into outbox rows for its webhooks, in a transaction of its own: a rejected operation's
 * transaction writes none (G5). Lock: the operation rows, skipping what another relay or a retry holds just now. Mark and
 * rows change together, so a failure is announced once.
 */
export async function announceFailures(
  db: Database,
  tenantId: TenantId,
  { now, randomUuid }: { readonly now: string; readonly randomUuid: () => string },
): Promise<void> {
  await db.transaction(tenantId, async (tx) => {
    const [webhooks, failures] = await Promise.all([
      tx.query<{ webhookId: string }>(`SELECT webhook_id AS "webhookId" FROM webhook WHERE tenant_id = $1 AND status = 'ACTIVE'`, [tenantId]),
      tx.query<OutcomeEvent>(
        `WITH marked AS MATERIALIZED (
           SELECT o.client_op_id FROM operation AS o WHERE o.tenant_id = $1 AND o.announce LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED
         )
         UPDATE operation AS o SET announce = false FROM marked
          WHERE o.tenant_id = $1 AND o.client_op_id = marked.client_op_id AND o.announce
          RETURNING o.branch_id AS "branchId", o.client_op_id AS "clientOpId", o.type, o.lane, o.device_id AS "deviceId",
                    o.actor_id AS "actorId", o.occurred_at AS "occurredAt", o.decided_at AS "decidedAt", o.stream_seq AS "streamSeq",
                    o.failure_code AS "failureCode"`,
        [tenantId, FAILURES_PER_TRANSACTION],
      ),
    ]);
    sendEvents(tx, { tenantId, webhookIds: webhooks.map(({ webhookId }) => webhookId), now, randomUuid }, failures);
  });
}
