import type { Tx } from '@modula/db';
import type { BranchId } from '@modula/sync-core';
import { publishContext } from '../context/publish-context.ts';
import { seedStream } from '../../engine/feed/seed-stream.ts';
import { lockStreams, lockTenant } from '../../engine/feed/lock-streams.ts';
import type { MovedStream } from '../../engine/feed/feed-writer.ts';
import { insertAudit } from '../audit.ts';
import type { Act, AdminPorts } from '../ports.ts';
import { auditOf } from './audit-of.ts';
import { mintSecrets, type PlanSecrets } from './mint-secrets.ts';
import { concernOf, needsSeed, type Concern, type TenantPlan } from './plan.ts';
import { writeActors } from './write-actors.ts';
import { writeBranches, writeTenant } from './write-branches.ts';
import { writeDevices } from './write-devices.ts';
import type { TenantState } from './tenant-state.ts';

/**
 * Lock: the tenant row when every branch is concerned or one is born, then device rows, then stream rows, each kind sorted (D1).
 * Whoever holds a stream's row is its branch's only writer, so what is written now is judged by no running operation (A6).
 */
export async function lockConcern(tx: Tx, tenantId: TenantPlan['tenantId'], concern: Concern): Promise<void> {
  await Promise.all([
    concern.tenantRow ? lockTenant(tx, tenantId) : null,
    tx.query(
      `SELECT device_id FROM device WHERE tenant_id = $1 AND device_id = ANY($2::uuid[]) ORDER BY device_id FOR NO KEY UPDATE`,
      [tenantId, concern.deviceIds],
    ),
    lockStreams(tx, tenantId, concern.allStreams ? { kind: 'tenant', originBranchId: null } : { kind: 'branches', branchIds: concern.branchIds }),
  ]);
}

/** Writes the rows of a plan, seeds new streams and publishes what devices have to learn. The caller holds the locks. */
export async function applyPlan(
  tx: Tx,
  plan: TenantPlan,
  context: { readonly state: TenantState; readonly ports: AdminPorts; readonly act: Act },
): Promise<{ readonly secrets: PlanSecrets; readonly moved: readonly MovedStream[] }> {
  const { ports, state } = context;
  const at = ports.now();
  const secrets = mintSecrets(plan, ports);
  await writeTenant(tx, plan);
  await writeBranches(tx, plan);
  await writeActors(tx, plan, secrets);
  await writeDevices(tx, plan, { secrets, at });
  await insertAudit(tx, plan.tenantId, { at, rows: auditOf(plan, context.act, ports.randomUuid) });

  // A new tenant has no catalogue yet, so its branches have nothing to be seeded with.
  const seeds = state.tenant === null ? [] : plan.branches.filter(needsSeed).map((entry) => entry.after.branchId);
  await Promise.all(seeds.toSorted().map((branchId) => seedStream(tx, plan.tenantId, branchId)));

  const concern = concernOf(plan);
  const streams = concern.allStreams ? everyBranch(plan, state) : concern.branchIds;
  // Of the branches that are archived already nothing is told to anybody.
  const silent = new Set(state.branches.filter((branch) => branch.status === 'ARCHIVED').map((branch) => branch.branchId));
  for (const entry of plan.branches) if (entry.after.status !== 'ARCHIVED') silent.delete(entry.after.branchId);
  const branchIds = streams.filter((branchId) => !silent.has(branchId));
  const moved = await publishContext(tx, plan.tenantId, { branchIds, wholeTenant: plan.tenant.change !== 'keep', occurredAt: at });
  return { secrets, moved };
}

/** Every branch of the tenant, new ones too. */
function everyBranch(plan: TenantPlan, state: TenantState): BranchId[] {
  const all = [...state.branches, ...plan.branches.map((entry) => entry.after)];
  return [...new Set(all.map((branch) => branch.branchId))].toSorted();
}
