import type { Database } from '@modula/db';
import type { TenantId } from '@modula/sync-core';
import { knownTenantId } from '../known-id.ts';
import type { SpecIssue, TenantSpec } from './spec.ts';

export type Found =
  | { readonly kind: 'found'; readonly tenantId: TenantId; readonly isNew: boolean }
  | { readonly kind: 'refused'; readonly issue: SpecIssue };

/** The tenant that a specification names, by id or else by name. It writes nothing; a new one gets an id. */
export async function findTenant(
  db: Database,
  spec: TenantSpec,
  context: { readonly path: string; readonly randomUuid: () => string },
): Promise<Found> {
  if (spec.id !== undefined) {
    const tenantId = knownTenantId(spec.id);
    return { kind: 'found', tenantId, isNew: false };
  }
  const name = spec.name ?? '';
  const known = await db.global((tx) =>
    tx.query<{ tenantRef: string }>(`SELECT tenant_ref AS "tenantRef" FROM tenant_directory WHERE name = $1 ORDER BY tenant_ref LIMIT 2`, [name]),
  );
  if (known.length > 1) return { kind: 'refused', issue: { path: context.path, message: `several tenants are named "${name}": give the id` } };
  const first = known[0];
  return first === undefined
    ? { kind: 'found', tenantId: knownTenantId(context.randomUuid()), isNew: true }
    : { kind: 'found', tenantId: knownTenantId(first.tenantRef), isNew: false };
}

/**
 * Enters a tenant into the directory under its present name, before its own transaction. Lock: the whole small table, so that
 * two commands that make a tenant of one name at once get one tenant. Answers the id to go on with: the other one's, when
 * it was first.
 */
export function enterDirectory(
  db: Database,
  { tenantId, name, isNew }: { readonly tenantId: TenantId; readonly name: string; readonly isNew: boolean },
): Promise<TenantId> {
  return db.global(async (tx) => {
    await tx.execute(`LOCK TABLE tenant_directory IN SHARE ROW EXCLUSIVE MODE`);
    const first = isNew
      ? (await tx.query<{ tenantRef: string }>(`SELECT tenant_ref AS "tenantRef" FROM tenant_directory WHERE name = $1 LIMIT 1`, [name]))[0]
      : undefined;
    if (first !== undefined) return knownTenantId(first.tenantRef);
    await tx.execute(
      `INSERT INTO tenant_directory (tenant_ref, name) VALUES ($1, $2)
       ON CONFLICT (tenant_ref) DO UPDATE SET name = excluded.name`,
      [tenantId, name],
    );
    return tenantId;
  });
}

/** Every tenant there is. */
export async function listTenantIds(db: Database): Promise<readonly TenantId[]> {
  const rows = await db.global((tx) => tx.query<{ tenantRef: string }>(`SELECT tenant_ref AS "tenantRef" FROM tenant_directory ORDER BY tenant_ref`));
  return rows.map((row) => knownTenantId(row.tenantRef));
}
