import type { Database } from '@modula/db';
import type { TenantId } from '@modula/sync-core';
import { knownTenantId } from '../known-id.ts';

/** An event that this node may deliver until its lease ends. */
export interface ClaimedEvent {
  readonly eventId: string;
  readonly webhookId: string;
  readonly eventType: string;
  readonly body: string;
  /** This try's number, from 1. */
  readonly attempt: number;
  readonly url: string;
  readonly secret: string;
}

/** A node that dies while it delivers keeps its events to itself for so long; then another one delivers them. */
const LEASE_SECONDS = 60;
const EVENTS_PER_CLAIM = 20;
const TENANTS_PER_PAGE = 200;

/**
 * The next tenants that have an event due or a failure to announce, in the order of their ids, and where to go on. outbox_event_due
 * is asked once per tenant, so a long backlog costs no more than a short one; operation_announce holds nothing else. Two
 * statements, because an EXISTS under an OR is planned as if the first rows of a backlog were everybody's. Under the role that
 * may only read.
 */
export async function tenantsWithWork(
  db: Database,
  { now, after }: { readonly now: string; readonly after: TenantId | null },
): Promise<{ readonly tenantIds: readonly TenantId[]; readonly next: TenantId | null }> {
  const [due, marked] = await db.support((tx) =>
    Promise.all([
      tx.query<{ tenantId: string }>(
        `SELECT t.tenant_id AS "tenantId" FROM tenant AS t
          WHERE ($2::uuid IS NULL OR t.tenant_id > $2::uuid)
            AND EXISTS (SELECT 1 FROM outbox_event AS e WHERE e.tenant_id = t.tenant_id AND e.next_attempt_at <= $1::text::timestamptz)
          ORDER BY t.tenant_id LIMIT $3`,
        [now, after, TENANTS_PER_PAGE],
      ),
      tx.query<{ tenantId: string }>(
        `SELECT o.tenant_id AS "tenantId" FROM operation AS o WHERE o.announce AND ($1::uuid IS NULL OR o.tenant_id > $1::uuid)
          GROUP BY o.tenant_id ORDER BY o.tenant_id LIMIT $2`,
        [after, TENANTS_PER_PAGE],
      ),
    ]),
  );
  const sorted = [...new Set([...due, ...marked].map(({ tenantId }) => tenantId))].toSorted();
  const tenantIds = sorted.slice(0, TENANTS_PER_PAGE).map((tenantId) => knownTenantId(tenantId));
  return { tenantIds, next: tenantIds.length < TENANTS_PER_PAGE ? null : (tenantIds.at(-1) ?? null) };
}

/**
 * Takes due events of one tenant for this node, in a transaction of its own. Lock: the outbox rows, skipping what another
 * node takes just now; the lease in next_attempt_at outlives the transaction. Events of a webhook that is gone are dropped.
 */
export async function claimEvents(db: Database, tenantId: TenantId, now: string): Promise<ClaimedEvent[]> {
  return db.transaction(tenantId, async (tx) => {
    const [claimed] = await Promise.all([
      tx.query<ClaimedEvent>(
        `WITH due AS MATERIALIZED (
           SELECT e.event_id, e.webhook_id FROM outbox_event AS e
            WHERE e.tenant_id = $1 AND e.next_attempt_at <= $2::text::timestamptz
            ORDER BY e.next_attempt_at LIMIT $3 FOR UPDATE SKIP LOCKED
         )
         UPDATE outbox_event AS e
            SET attempts = e.attempts + 1, next_attempt_at = $2::text::timestamptz + make_interval(secs => $4::text::int)
           FROM due JOIN webhook AS w ON w.tenant_id = $1 AND w.webhook_id = due.webhook_id AND w.status = 'ACTIVE'
          WHERE e.tenant_id = $1 AND e.event_id = due.event_id AND e.webhook_id = due.webhook_id
          RETURNING e.event_id AS "eventId", e.webhook_id AS "webhookId", e.event_type AS "eventType", e.body,
                    e.attempts AS attempt, w.url, w.secret`,
        [tenantId, now, EVENTS_PER_CLAIM, LEASE_SECONDS],
      ),
      tx.execute(
        `DELETE FROM outbox_event AS e
          WHERE e.tenant_id = $1 AND e.next_attempt_at <= $2::text::timestamptz
            AND NOT EXISTS (SELECT 1 FROM webhook AS w WHERE w.tenant_id = $1 AND w.webhook_id = e.webhook_id AND w.status = 'ACTIVE')`,
        [tenantId, now],
      ),
    ]);
    return claimed;
  });
}

/** What became of a try. */
export type Tried =
  | { readonly kind: 'delivered'; readonly event: ClaimedEvent }
  | { readonly kind: 'failed'; readonly event: ClaimedEvent; readonly error: string; readonly retryDelayMs: number };

/** Removes what was delivered and says when to try the rest again, in one transaction. */
export async function settleEvents(
  db: Database,
  tenantId: TenantId,
  { now, tried }: { readonly now: string; readonly tried: readonly Tried[] },
): Promise<void> {
  const nowMs = Date.parse(now);
  const delivered = tried.filter((entry) => entry.kind === 'delivered').map(({ event }) => ({ eventId: event.eventId, webhookId: event.webhookId }));
  const failed = tried
    .filter((entry) => entry.kind === 'failed')
    .map(({ event, error, retryDelayMs }) => ({
      eventId: event.eventId,
      webhookId: event.webhookId,
      attempt: event.attempt,
      error,
      nextAttemptAt: new Date(nowMs + retryDelayMs).toISOString(),
    }));
  await db.transaction(tenantId, (tx) =>
    Promise.all([
      tx.execute(
        `DELETE FROM outbox_event AS e USING json_to_recordset($2::text::json) AS r ("eventId" uuid, "webhookId" uuid)
          WHERE e.tenant_id = $1 AND e.event_id = r."eventId" AND e.webhook_id = r."webhookId"`,
        [tenantId, JSON.stringify(delivered)],
      ),
      // Another node may have taken it over when the lease ended; then its try counts.
      tx.execute(
        `UPDATE outbox_event AS e SET next_attempt_at = r."nextAttemptAt", last_error = r.error
           FROM json_to_recordset($2::text::json) AS r ("eventId" uuid, "webhookId" uuid, attempt integer, error text, "nextAttemptAt" timestamptz)
          WHERE e.tenant_id = $1 AND e.event_id = r."eventId" AND e.webhook_id = r."webhookId" AND e.attempts = r.attempt`,
        [tenantId, JSON.stringify(failed)],
      ),
    ]),
  );
}
