import type { Database, Tx } from '@modula/db';
import type { AdminPorts } from '../ports.ts';
import { hashPassword, verifyPassword } from '../secrets/password.ts';
import type { SupportOutput } from './output.ts';
import type { SpecIssue, SupportSpec } from './spec.ts';

interface SupportRow {
  readonly supportUserId: string;
  readonly passwordHash: string;
  readonly role: string;
  readonly status: string;
}

/** What is wrong with the support part: a new person needs a password and a role. */
export async function planSupport(db: Database, specs: readonly SupportSpec[]): Promise<SpecIssue[]> {
  const issues: SpecIssue[] = [];
  const seen = new Set<string>();
  for (const [index, spec] of specs.entries()) {
    if (seen.has(spec.email)) issues.push({ path: `support[${index}].email`, message: 'is listed twice' });
    seen.add(spec.email);
    const known = await db.global((tx) => readSupport(tx, spec.email));
    if (known !== null) continue;
    if (spec.password === undefined) issues.push({ path: `support[${index}].password`, message: 'a new support user needs a password' });
    if (spec.role === undefined) issues.push({ path: `support[${index}].role`, message: 'a new support user needs a role' });
  }
  return issues;
}

/** Creates or updates support staff, matched by e-mail. A changed password or a revocation ends the person's sessions. */
export async function provisionSupport(db: Database, specs: readonly SupportSpec[], ports: AdminPorts): Promise<SupportOutput[]> {
  const outputs: SupportOutput[] = [];
  for (const spec of specs) outputs.push(await provisionOne(db, spec, ports));
  return outputs;
}

async function provisionOne(db: Database, spec: SupportSpec, ports: AdminPorts): Promise<SupportOutput> {
  const known = await db.global((tx) => readSupport(tx, spec.email));
  const isSamePassword = known !== null && (spec.password === undefined || (await verifyPassword(spec.password, known.passwordHash)));
  const role = spec.role ?? known?.role;
  const status = spec.status ?? known?.status ?? 'ACTIVE';
  const newHash = isSamePassword || spec.password === undefined ? null : await hashPassword(spec.password, ports.randomBytes);
  const passwordHash = newHash ?? known?.passwordHash;
  if (role === undefined || passwordHash === undefined) throw new Error('planSupport lets no such specification through');
  if (known !== null && isSamePassword && role === known.role && status === known.status) {
    return { email: spec.email, role, supportUserId: known.supportUserId };
  }
  const supportUserId = await db.global(async (tx) => {
    const written = await tx.query<{ supportUserId: string }>(
      `INSERT INTO support_user (support_user_id, email, password_hash, role, status) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (email) DO UPDATE SET password_hash = excluded.password_hash, role = excluded.role, status = excluded.status
       RETURNING support_user_id AS "supportUserId"`,
      [ports.randomUuid(), spec.email, passwordHash, role, status],
    );
    const id = written[0]?.supportUserId;
    if (id === undefined) throw new Error('INSERT … RETURNING answered no row');
    if (!isSamePassword || status === 'REVOKED') await tx.execute(`DELETE FROM support_session WHERE support_user_id = $1`, [id]);
    return id;
  });
  return { email: spec.email, role, supportUserId };
}

async function readSupport(tx: Tx, email: string): Promise<SupportRow | null> {
  const rows = await tx.query<SupportRow>(
    `SELECT support_user_id AS "supportUserId", password_hash AS "passwordHash", role, status FROM support_user WHERE email = $1`,
    [email],
  );
  return rows[0] ?? null;
}
