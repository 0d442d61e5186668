import type { BranchId, TenantId } from '@modula/sync-core';
import type { DeviceSession } from '../../engine/session.ts';
import { latestHead, type LatestHead } from './latest-head.ts';

export interface Subscription {
  readonly session: DeviceSession;
  readonly heads: LatestHead;
}

/** Who listens on this node, by tenant. */
export interface Subscriptions {
  add(session: DeviceSession): Subscription;
  remove(subscription: Subscription): void;
  ofTenant(tenantId: TenantId): readonly Subscription[];
  ofBranch(tenantId: TenantId, branchId: BranchId): readonly Subscription[];
  tenants(): readonly TenantId[];
  all(): readonly Subscription[];
}

export function createSubscriptions(): Subscriptions {
  const byTenant = new Map<TenantId, Set<Subscription>>();
  const ofTenant = (tenantId: TenantId) => [...(byTenant.get(tenantId) ?? [])];
  return {
    add(session) {
      const subscription = { session, heads: latestHead() };
      const existing = byTenant.get(session.tenantId);
      if (existing === undefined) byTenant.set(session.tenantId, new Set([subscription]));
      else existing.add(subscription);
      return subscription;
    },
    remove(subscription) {
      const { tenantId } = subscription.session;
      const left = byTenant.get(tenantId);
      left?.delete(subscription);
      if (left?.size === 0) byTenant.delete(tenantId);
    },
    ofTenant,
    ofBranch: (tenantId, branchId) => ofTenant(tenantId).filter(({ session }) => session.branchId === branchId),
    tenants: () => [...byTenant.keys()],
    all: () => [...byTenant.values()].flatMap((set) => [...set]),
  };
}
