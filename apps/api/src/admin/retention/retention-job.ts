import type { Database } from '@modula/db';
import type { TenantId } from '@modula/sync-core';
import { startLoop, type LoopPorts, type RunningJob } from '../job-loop.ts';
import { knownTenantId } from '../known-id.ts';
import { RETENTION_RULES } from './choose-horizon.ts';
import { retainTenant, type Retained } from './retain-tenant.ts';

export interface RetentionPorts extends LoopPorts {
  /** Server clock, ISO-8601 UTC. */
  now(): string;
  retained(tenantId: TenantId, retained: Retained): void;
}

const ROUND_EVERY_MS = 3_600_000;

/** Marks older than this tell nothing new: everything they are about is past the maximum age. */
const KEEP_MARKS_DAYS = RETENTION_RULES.maximumAgeDays + 15;

/** Looks every hour, with jitter, which tenants were not looked after today. Each is done once a day, by one node. */
export function startRetention(db: Database, ports: RetentionPorts): RunningJob {
  const round = async (signal: AbortSignal): Promise<'rest'> => {
    for (const tenantId of await tenantsWithoutMark(db, dayOf(ports.now()))) {
      if (signal.aborted) break;
      await retainToday(db, tenantId, ports);
    }
    return 'rest';
  };
  return startLoop({ everyMs: ROUND_EVERY_MS, round }, ports);
}

/** Does today's work for one tenant, unless another node does it. Answers null then. */
export async function retainToday(db: Database, tenantId: TenantId, ports: Pick<RetentionPorts, 'now' | 'retained'>): Promise<Retained | null> {
  const now = ports.now();
  if (!(await markStreams(db, tenantId, dayOf(now)))) return null;
  const retained = await retainTenant(db, tenantId, { nowMs: Date.parse(now) });
  ports.retained(tenantId, retained);
  return retained;
}

/**
 * Writes today's marks: they give the age of a seq, and they are the claim. Who inserts them does the work; a second node
 * inserts nothing. No lock is held while the work goes on, and a node that dies is made good for tomorrow.
 */
async function markStreams(db: Database, tenantId: TenantId, day: string): Promise<boolean> {
  return db.transaction(tenantId, async (tx) => {
    const marked = await tx.execute(
      `INSERT INTO stream_mark (tenant_id, branch_id, marked_at, head_seq)
       SELECT $1::uuid, s.branch_id, $2::text::timestamptz, s.head_seq FROM branch_stream AS s WHERE s.tenant_id = $1
       ON CONFLICT DO NOTHING`,
      [tenantId, day],
    );
    if (marked > 0) {
      await tx.execute(`DELETE FROM stream_mark WHERE tenant_id = $1 AND marked_at < $2::text::timestamptz - make_interval(days => $3::text::int)`, [
        tenantId,
        day,
        KEEP_MARKS_DAYS,
      ]);
    }
    return marked > 0;
  });
}

/** Two plain reads over all tenants and the difference here, since a join of both is nothing a distributed database likes. */
async function tenantsWithoutMark(db: Database, day: string): Promise<TenantId[]> {
  const [all, marked] = await db.support((tx) =>
    Promise.all([
      tx.query<{ tenantRef: string }>(`SELECT tenant_ref AS "tenantRef" FROM tenant_directory ORDER BY tenant_ref`),
      tx.query<{ tenantId: string }>(`SELECT DISTINCT tenant_id AS "tenantId" FROM stream_mark WHERE marked_at = $1::text::timestamptz`, [day]),
    ]),
  );
  const done = new Set(marked.map((row) => row.tenantId));
  return all.filter((row) => !done.has(row.tenantRef)).map((row) => knownTenantId(row.tenantRef));
}

/** Midnight UTC of the day, the same on every node, so that the primary key lets one of them win. */
function dayOf(now: string): string {
  return `${now.slice(0, 10)}T00:00:00.000Z`;
}
