import type { Permission, Role } from './permissions.ts';

// What the engine itself puts on the feed: the facts a till needs to decide offline, as they were at that seq.
// Type aliases and not interfaces, so that they are JSON objects to the compiler.

export type TenantStatus = 'ACTIVE' | 'FROZEN';
export type BranchStatus = 'ACTIVE' | 'FROZEN' | 'ARCHIVED';
export type MemberStatus = 'ACTIVE' | 'REVOKED';

/** Payload of `context.tenant`; the entity id is the tenant's. */
export type ContextTenant = { readonly tenantId: string; readonly name: string; readonly status: TenantStatus };

/** Payload of `context.branch`; the entity id is the branch's. */
export type ContextBranch = { readonly branchId: string; readonly name: string; readonly status: BranchStatus };

/** Payload of `context.actor`, one per member who may act in the branch; the entity id is the actor's. */
export type ContextActor = {
  readonly actorId: string;
  readonly name: string;
  readonly role: Role;
  readonly status: MemberStatus;
  readonly permissions: readonly Permission[];
};
