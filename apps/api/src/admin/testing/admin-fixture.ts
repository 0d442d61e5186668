import { randomBytes, randomUUID } from 'node:crypto';
import { openDatabase, type Database } from '@modula/db';
import { createTestDatabase } from '@modula/db/testing';
import { expect } from 'vitest';
import type { BranchId, TenantId } from '@modula/sync-core';
import type { AdminPorts } from '../ports.ts';
import { provision } from '../provisioning/provision.ts';
import { parseSpec } from '../provisioning/spec.ts';
import type { ProvisionOutput, TenantOutput } from '../provisioning/output.ts';

export interface Nudge {
  readonly tenantId: TenantId;
  readonly branchId: BranchId | null;
  readonly head: number | null;
}

export interface AdminFixture {
  readonly db: Database;
  readonly url: string;
  readonly ports: AdminPorts;
  readonly nudges: Nudge[];
  /** Moves the fixture's clock. */
  advance(milliseconds: number): void;
  provision(spec: unknown): Promise<ProvisionOutput>;
  /** Provisions one tenant of a name that no other test has. */
  tenant(spec: object): Promise<TenantOutput>;
  feed(tenantId: string, branchId: string): Promise<FeedLine[]>;
  close(): Promise<void>;
}

export interface FeedLine {
  readonly seq: number;
  readonly kind: string;
  readonly entityId: string;
  readonly op: string;
  readonly payload: { readonly [key: string]: unknown } | null;
  readonly live: boolean;
}

/** A database of its own, a clock that stands still unless moved, and provisioning at hand. */
export async function startAdminFixture(): Promise<AdminFixture> {
  const testDatabase = await createTestDatabase();
  const db = await openDatabase({ url: testDatabase.url, maxConnections: 8, readConnections: 4 });
  const nudges: Nudge[] = [];
  let nowMs = Date.now();
  const ports: AdminPorts = {
    now: () => new Date(nowMs).toISOString(),
    randomUuid: () => randomUUID(),
    randomBytes: (length) => randomBytes(length),
    random: () => 0.5,
    sleep: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
    nudges: { moved: (tenantId, branchId, head) => void nudges.push({ tenantId, branchId, head }) },
  };
  const fixture: AdminFixture = {
    db,
    url: testDatabase.url,
    ports,
    nudges,
    advance: (milliseconds) => {
      nowMs += milliseconds;
    },
    async provision(value) {
      const parsed = parseSpec(value);
      if (parsed.kind === 'bad') throw new Error(JSON.stringify(parsed.issues));
      const provisioned = await provision(db, parsed.spec, ports);
      if (provisioned.kind === 'refused') throw new Error(JSON.stringify(provisioned.issues));
      return provisioned.output;
    },
    async tenant(spec) {
      const output = await fixture.provision({ tenants: [{ name: `tenant ${randomUUID()}`, ...spec }] });
      return output.tenants![0]!;
    },
    feed: (tenantId, branchId) => readFeed(db, tenantId, branchId),
    async close() {
      await db.close();
      await testDatabase.drop();
    },
  };
  return fixture;
}

/** The stream as it is stored, tenant-wide entries resolved. */
async function readFeed(db: Database, tenantId: string, branchId: string): Promise<FeedLine[]> {
  const rows = await db.read(tenantId, (tx) =>
    tx.query<Omit<FeedLine, 'payload'> & { payload: string | null }>(
      `SELECT f.seq, f.entity_kind AS kind, coalesce(f.entity_id, s.entity_id) AS "entityId", coalesce(f.op_kind, s.op_kind) AS op,
              coalesce(f.payload, s.payload) AS payload, (f.replaced_by_seq IS NULL AND s.replaced_by_seq IS NULL) AS live
         FROM feed_entry AS f LEFT JOIN shared_change AS s ON s.tenant_id = $1 AND s.shared_seq = f.shared_seq
        WHERE f.tenant_id = $1 AND f.branch_id = $2 ORDER BY f.seq`,
      [tenantId, branchId],
    ),
  );
  return rows.map((row) => ({ ...row, payload: row.payload === null ? null : (JSON.parse(row.payload) as FeedLine['payload']) }));
}

/** A text of this shape, where an expected value stands. */
export function textLike(pattern: RegExp): unknown {
  return expect.stringMatching(pattern);
}
