import type { ActorId, BranchId, DeviceId, TenantId } from '@modula/sync-core';

/** A device token that was valid when the request came in. Each transaction looks again (A6), by `tokenHash`. */
export interface DeviceSession {
  readonly kind: 'device';
  readonly tenantId: TenantId;
  readonly deviceId: DeviceId;
  readonly branchId: BranchId;
  readonly tokenHash: string;
}

/** An actor token that was valid when the request came in. Each transaction looks again (A6), by `tokenHash`. */
export interface ActorSession {
  readonly kind: 'actor';
  readonly tenantId: TenantId;
  readonly actorId: ActorId;
  readonly tokenHash: string;
}

/** A support person, signed in to the console. */
export interface SupportSession {
  readonly kind: 'support';
  readonly supportUserId: string;
  readonly email: string;
  readonly role: SupportRole;
}

export type SupportRole = 'VIEWER' | 'OPERATOR' | 'ADMIN';
export type Session = DeviceSession | ActorSession | SupportSession;
