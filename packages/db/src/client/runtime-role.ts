import type { Database } from './database.ts';
import { UnsafeRoleError } from './errors.ts';
import type { Tx } from './tx.ts';

interface RoleFacts {
  readonly role: string;
  readonly superuser: boolean;
  readonly bypassesRls: boolean;
  readonly ownsTables: boolean;
  readonly openTables: string[];
}

/**
 * Refuses to go on when the role in force could read across tenants (A4, D7): a superuser, one that bypasses row-level security,
 * the owner of the tables, or when a tenant's table has no forced row-level security.
 */
export async function assertRuntimeRole(database: Database): Promise<void> {
  const facts = await database.global(readRoleFacts);
  if (facts.superuser) throw new UnsafeRoleError(`Role ${facts.role} is a superuser: tenant isolation would not hold`);
  if (facts.bypassesRls) throw new UnsafeRoleError(`Role ${facts.role} bypasses row-level security`);
  if (facts.ownsTables) throw new UnsafeRoleError(`Role ${facts.role} owns the tables and could lift row-level security`);
  if (facts.openTables.length > 0) {
    throw new UnsafeRoleError(`Row-level security is not forced on ${facts.openTables.join(', ')}`);
  }
}

async function readRoleFacts(tx: Tx): Promise<RoleFacts> {
  const [facts] = await tx.query<RoleFacts>(`
    select r.rolname as "role", r.rolsuper as "superuser", r.rolbypassrls as "bypassesRls",
      exists (
        select 1 from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and pg_has_role(r.oid, c.relowner, 'usage')
      ) as "ownsTables",
      coalesce((
        select array_agg(c.relname::text order by c.relname)
        from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
          and not (c.relrowsecurity and c.relforcerowsecurity)
      ), '{}') as "openTables"
    from pg_roles r
    where r.rolname = current_user`);
  if (facts === undefined) throw new UnsafeRoleError('The role in force is unknown to the database');
  return facts;
}
