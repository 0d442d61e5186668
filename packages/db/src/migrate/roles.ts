import type postgres from 'postgres';
import { RUNTIME_ROLE, SUPPORT_ROLE } from '../client/database.ts';
import { sqlState } from '../client/errors.ts';

const ROLES = [RUNTIME_ROLE, SUPPORT_ROLE] as const;
const ATTEMPTS = 10;

/** Role exists already, lost a race on the role catalogue, or "tuple concurrently updated": look again. */
const RACE_CODES: ReadonlySet<string> = new Set(['42710', '23505', 'XX000']);
const INSUFFICIENT_PRIVILEGE = '42501';

/** The owner may not create roles; an administrator has to run the statements in the message once. */
export class MissingRoleError extends Error {
  override readonly name = 'MissingRoleError';
}

/**
 * Creates the two roles of the service and lets the present user act as them. Roles belong to the whole cluster, so processes
 * that migrate different databases race here, where no lock of one database helps.
 */
export async function ensureRoles(sql: postgres.Sql): Promise<void> {
  for (const role of ROLES) await ensureRole(sql, role);
}

async function ensureRole(sql: postgres.Sql, role: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (!(await roleExists(sql, role))) await sql.unsafe(`create role ${role} nologin nosuperuser nobypassrls noinherit`);
      if (!(await mayActAs(sql, role))) await sql.unsafe(`grant ${role} to current_user`);
      return;
    } catch (error) {
      const code = sqlState(error);
      if (code === INSUFFICIENT_PRIVILEGE) throw await missingRole(sql, error);
      if (code === null || !RACE_CODES.has(code) || attempt === ATTEMPTS) throw error;
    }
  }
}

async function roleExists(sql: postgres.Sql, role: string): Promise<boolean> {
  const rows = await sql`select 1 from pg_roles where rolname = ${role}`;
  return rows.length > 0;
}

async function mayActAs(sql: postgres.Sql, role: string): Promise<boolean> {
  const [row] = await sql<{ may: boolean }[]>`select pg_has_role(current_user, ${role}, 'member') as may`;
  return row?.may === true;
}

async function missingRole(sql: postgres.Sql, cause: unknown): Promise<MissingRoleError> {
  const [row] = await sql<{ owner: string }[]>`select quote_ident(current_user) as owner`;
  const known = await Promise.all(ROLES.map((role) => roleExists(sql, role)));
  const statements = [
    ...ROLES.filter((_role, index) => known[index] === false).map((role) => `CREATE ROLE ${role} NOLOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT;`),
    `GRANT ${ROLES.join(', ')} TO ${row?.owner ?? 'the user of DATABASE_URL'};`,
  ];
  return new MissingRoleError(
    `The database user may not create the roles of the service. Let an administrator run once:\n${statements.join('\n')}`,
    { cause },
  );
}
