import type { Database } from '@modula/db';
import type { TenantId } from '@modula/sync-core';
import type { AdminPorts } from '../ports.ts';
import { changeTenant, rehearseChange, type TenantChange } from './change-tenant.ts';
import { enterDirectory, findTenant } from './directory.ts';
import { tenantOutput, type ProvisionOutput, type SupportOutput, type TenantOutput } from './output.ts';
import type { ProvisionSpec, SpecIssue, TenantSpec } from './spec.ts';
import { planSupport, provisionSupport } from './support.ts';

export type Provisioned =
  | { readonly kind: 'done'; readonly output: ProvisionOutput }
  | { readonly kind: 'refused'; readonly issues: readonly SpecIssue[] };

/** How many tenants are worked on at once: each has a transaction of its own. */
const TENANTS_AT_ONCE = 4;

const ACT = { operator: 'provision', reason: 'specification' } as const;

/**
 * Creates or updates what a specification lists (contract, section 5), and answers the ids, tokens and codes. Everything
 * is compared before anything is written, so a file with a fault in it changes nothing. Running it twice changes nothing.
 */
export async function provision(db: Database, spec: ProvisionSpec, ports: AdminPorts): Promise<Provisioned> {
  const tenants = spec.tenants ?? [];
  const found = await inTurns(tenants, (tenant, index) => findTenant(db, tenant, { path: `tenants[${index}]`, randomUuid: ports.randomUuid }));
  const issues: SpecIssue[] = found.flatMap((entry) => (entry.kind === 'refused' ? [entry.issue] : []));
  issues.push(...listedTwice(tenants, found.map((entry) => (entry.kind === 'found' ? entry.tenantId : null))));
  issues.push(...(await planSupport(db, spec.support ?? [])));

  const changes: (TenantChange & { readonly isNew: boolean })[] = [];
  for (const [index, entry] of found.entries()) {
    const tenant = tenants[index];
    if (entry.kind === 'found' && tenant !== undefined) {
      changes.push({ tenantId: entry.tenantId, spec: tenant, path: `tenants[${index}]`, act: ACT, isNew: entry.isNew });
    }
  }
  for (const rehearsed of await inTurns(changes, (change) => rehearseChange(db, change, ports))) {
    if (rehearsed.kind === 'refused') issues.push(...rehearsed.issues);
  }
  if (issues.length > 0) return { kind: 'refused', issues };

  const outputs = await inTurns(changes, async (change): Promise<TenantOutput | readonly SpecIssue[]> => {
    const tenantId = change.isNew
      ? await enterDirectory(db, { tenantId: change.tenantId, name: change.spec.name ?? '', isNew: true })
      : change.tenantId;
    const changed = await changeTenant(db, { ...change, tenantId }, ports);
    return changed.kind === 'refused' ? changed.issues : tenantOutput(changed.plan, changed.secrets, change.spec);
  });
  const support: readonly SupportOutput[] = await provisionSupport(db, spec.support ?? [], ports);
  const refused = outputs.flatMap((output) => ('tenantId' in output ? [] : output));
  if (refused.length > 0) return { kind: 'refused', issues: refused };
  return {
    kind: 'done',
    output: {
      ...(spec.tenants === undefined ? {} : { tenants: outputs.filter((output) => 'tenantId' in output) }),
      ...(spec.support === undefined ? {} : { support }),
    },
  };
}

function listedTwice(tenants: readonly TenantSpec[], ids: readonly (TenantId | null)[]): SpecIssue[] {
  const seenIds = new Set<string>();
  const seenNames = new Set<string>();
  const issues: SpecIssue[] = [];
  for (const [index, tenant] of tenants.entries()) {
    const tenantId = ids[index] ?? null;
    const isNameTwice = tenant.id === undefined && tenant.name !== undefined && seenNames.has(tenant.name);
    if (isNameTwice || (tenantId !== null && seenIds.has(tenantId))) issues.push({ path: `tenants[${index}]`, message: 'is listed twice' });
    if (tenantId !== null) seenIds.add(tenantId);
    if (tenant.id === undefined && tenant.name !== undefined) seenNames.add(tenant.name);
  }
  return issues;
}

/** Like Promise.all over map, a few at a time, answers in the order of the items. */
async function inTurns<Item, Answer>(items: readonly Item[], work: (item: Item, index: number) => Promise<Answer>): Promise<Answer[]> {
  const answers = new Map<number, Answer>();
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) answers.set(index, await work(item, index));
  };
  await Promise.all(Array.from({ length: Math.min(TENANTS_AT_ONCE, items.length) }, worker));
  return [...answers].toSorted(([a], [b]) => a - b).map(([, answer]) => answer);
}
