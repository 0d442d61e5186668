import { sqlState, withRetry, type Database } from '@modula/db';
import type { TenantId } from '@modula/sync-core';
import type { MovedStream } from '../../engine/feed/feed-writer.ts';
import type { Act, AdminPorts } from '../ports.ts';
import { applyPlan, lockConcern } from './apply-plan.ts';
import { enterDirectory } from './directory.ts';
import type { PlanSecrets } from './mint-secrets.ts';
import { decidePins } from './pins.ts';
import { concernOf, covers, isEmptyPlan, type TenantPlan } from './plan.ts';
import { planTenant } from './plan-tenant.ts';
import type { SpecIssue, TenantSpec } from './spec.ts';
import { loadTenantState, type TenantState } from './tenant-state.ts';

export interface TenantChange {
  readonly tenantId: TenantId;
  readonly spec: TenantSpec;
  /** Where in the file the specification stands, for issues. */
  readonly path: string;
  readonly act: Act;
}

export type TenantChanged =
  | { readonly kind: 'done'; readonly plan: TenantPlan; readonly secrets: PlanSecrets }
  | { readonly kind: 'refused'; readonly issues: readonly SpecIssue[] };

const ATTEMPTS = 5;
const UNIQUE_VIOLATION = '23505';
const NO_SECRETS: PlanSecrets = { actorTokens: new Map(), deviceTokens: new Map(), enrolmentCodes: new Map() };

type Attempt = TenantChanged | { readonly kind: 'moved-on' };

/**
 * Makes a tenant what a specification says, in one transaction. It is compared twice: without locks, to know what to
 * lock and to hash PINs in peace, and once more under the locks. When the world moved on in between, it starts again.
 * A specification that changes nothing takes no lock and writes nothing.
 */
export async function changeTenant(db: Database, change: TenantChange, ports: AdminPorts): Promise<TenantChanged> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const outcome = await attemptChange(db, change, ports);
    if (outcome.kind !== 'moved-on') return outcome;
  }
  throw new Error(`tenant ${change.tenantId} kept changing while it was provisioned`);
}

/** What the specification would change, without changing it. */
export async function rehearseChange(db: Database, change: TenantChange, ports: AdminPorts): Promise<TenantChanged> {
  const state = await db.read(change.tenantId, (tx) => loadTenantState(tx, change.tenantId));
  const planning = planTenant(change.spec, state, { path: change.path, pins: new Map(), randomUuid: ports.randomUuid });
  if (planning.kind === 'plan') return { kind: 'done', plan: planning.plan, secrets: NO_SECRETS };
  return { kind: 'refused', issues: planning.kind === 'refused' ? planning.issues : [] };
}

async function attemptChange(db: Database, change: TenantChange, ports: AdminPorts): Promise<Attempt> {
  const { tenantId, spec, path } = change;
  const before = await db.read(tenantId, (tx) => loadTenantState(tx, tenantId));
  const pins = await decidePins(spec, before, ports.randomBytes);
  const planFor = (state: TenantState) => planTenant(spec, state, { path, pins, randomUuid: ports.randomUuid });
  const first = planFor(before);
  if (first.kind === 'refused') return first;
  if (first.kind === 'stale') return { kind: 'moved-on' };
  if (first.plan.tenant.change !== 'keep') await enterDirectory(db, { tenantId, name: first.plan.tenant.name, isNew: false });
  if (isEmptyPlan(first.plan)) return { kind: 'done', plan: first.plan, secrets: NO_SECRETS };

  const locks = concernOf(first.plan);
  try {
    const applied = await withRetry(
      ATTEMPTS,
      () =>
        db.transaction(tenantId, async (tx) => {
          await lockConcern(tx, tenantId, locks);
          const state = await loadTenantState(tx, tenantId);
          const second = planFor(state);
          if (second.kind === 'refused') return second;
          if (second.kind === 'stale' || !covers(locks, concernOf(second.plan), state)) return { kind: 'moved-on' } as const;
          return { kind: 'done', plan: second.plan, ...(await applyPlan(tx, second.plan, { state, ports, act: change.act })) } as const;
        }),
      ports,
    );
    if (applied.kind === 'done') nudge(tenantId, applied.moved, ports);
    return applied;
  } catch (error) {
    // Another command made the same new thing at the same time; the next attempt finds it.
    if (sqlState(error) === UNIQUE_VIOLATION) return { kind: 'moved-on' };
    throw error;
  }
}

function nudge(tenantId: TenantId, moved: readonly MovedStream[], ports: AdminPorts): void {
  for (const { branchId, head } of moved) ports.nudges.moved(tenantId, branchId, head);
}
