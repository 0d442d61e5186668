import type { Database } from '@modula/db';
import type { TenantId } from '@modula/sync-core';
import { RequestError } from '../../engine/request-error.ts';
import { insertAudit } from '../audit.ts';
import type { AdminPorts } from '../ports.ts';
import { webhookUrl } from './webhook-url.ts';

export interface Webhook {
  readonly webhookId: string;
  readonly url: string;
  readonly status: 'ACTIVE' | 'DISABLED';
}

const SECRET_BYTES = 32;

/** Adds a webhook, or gives an existing one of that URL a new secret. The secret is answered here and nowhere else. */
export async function addWebhook(
  db: Database,
  tenantId: TenantId,
  { url, operator, allowLoopback }: { readonly url: string; readonly operator: string; readonly allowLoopback: boolean },
  ports: AdminPorts,
): Promise<Webhook & { readonly secret: string }> {
  const href = webhookUrl(url, { allowLoopback });
  const secret = `whsec_${Buffer.from(ports.randomBytes(SECRET_BYTES)).toString('base64url')}`;
  return db.transaction(tenantId, async (tx) => {
    const [row] = await tx.query<Webhook>(
      `INSERT INTO webhook (tenant_id, webhook_id, url, secret, status) VALUES ($1, $2, $3, $4, 'ACTIVE')
       ON CONFLICT (tenant_id, url) DO UPDATE SET secret = excluded.secret, status = excluded.status
       RETURNING webhook_id AS "webhookId", url, status`,
      [tenantId, ports.randomUuid(), href, secret],
    );
    if (row === undefined) throw new Error('INSERT … RETURNING answered no row');
    await insertAudit(tx, tenantId, { at: ports.now(), rows: [act('webhook.add', operator, row, ports)] });
    return { ...row, secret };
  });
}

export async function listWebhooks(db: Database, tenantId: TenantId): Promise<readonly Webhook[]> {
  return db.read(tenantId, (tx) =>
    tx.query<Webhook>(`SELECT webhook_id AS "webhookId", url, status FROM webhook WHERE tenant_id = $1 ORDER BY created_at, webhook_id`, [tenantId]),
  );
}

/** Ends a webhook. What is still waiting for it is dropped by the relay. The row stays: the audit names it. */
export async function removeWebhook(
  db: Database,
  tenantId: TenantId,
  { webhookId, operator }: { readonly webhookId: string; readonly operator: string },
  ports: AdminPorts,
): Promise<Webhook> {
  return db.transaction(tenantId, async (tx) => {
    const [row] = await tx.query<Webhook>(
      `UPDATE webhook SET status = 'DISABLED' WHERE tenant_id = $1 AND webhook_id = $2 AND status = 'ACTIVE'
       RETURNING webhook_id AS "webhookId", url, status`,
      [tenantId, webhookId],
    );
    if (row === undefined) throw new RequestError('NOT_FOUND', 'There is no such webhook.');
    await insertAudit(tx, tenantId, { at: ports.now(), rows: [act('webhook.remove', operator, row, ports)] });
    return row;
  });
}

function act(action: string, operator: string, webhook: Webhook, ports: AdminPorts) {
  const details = { webhookId: webhook.webhookId, url: webhook.url };
  return { auditId: ports.randomUuid(), action, branchId: null, deviceId: null, actorId: null, operator, reason: null, details };
}
