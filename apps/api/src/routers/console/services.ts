import type { ActorId, BranchId, ClientOpId, DeviceId, OperationResult, TenantId } from '@modula/sync-core';
import type { AuditPage } from '../../admin/console/audit-log.ts';
import type { DevicePage } from '../../admin/console/devices.ts';
import type { FailedFilter, FailedPage } from '../../admin/console/failed-operations.ts';
import type { OperationDetail } from '../../admin/console/operation-detail.ts';
import type { FeedLine, StreamPage } from '../../admin/console/streams.ts';
import type { OpenedSession } from '../../admin/console/support-sessions.ts';
import type { TenantPage } from '../../admin/console/tenants.ts';
import type { MovedEpoch } from '../../admin/epoch/move-epoch.ts';
import type { Act } from '../../admin/ports.ts';
import type { Webhook } from '../../admin/relay/webhooks.ts';
import type { SupportSession } from '../../engine/session.ts';

/** What `console.*` asks of administration and of the engine. Refusals are RequestErrors. */
export interface ConsoleServices {
  signIn(input: { readonly email: string; readonly password: string }): Promise<OpenedSession>;
  signOut(token: string): Promise<void>;
  tenants(query: { readonly search?: string; readonly after?: TenantPage['next']; readonly limit?: number }): Promise<TenantPage>;
  streams(tenantId: TenantId, query: { readonly after?: StreamPage['next']; readonly limit?: number }): Promise<StreamPage>;
  feed(tenantId: TenantId, query: FeedQuery): Promise<{ readonly head: number; readonly entries: readonly FeedLine[] }>;
  devices(tenantId: TenantId, query: { readonly after?: DevicePage['next']; readonly limit?: number }): Promise<DevicePage>;
  failedOperations(tenantId: TenantId, filter: FailedFilter): Promise<FailedPage>;
  operation(tenantId: TenantId, query: { readonly clientOpId: ClientOpId; readonly session: SupportSession }): Promise<OperationDetail>;
  audit(tenantId: TenantId, query: { readonly acts?: boolean; readonly after?: AuditPage['next']; readonly limit?: number }): Promise<AuditPage>;
  retry(tenantId: TenantId, request: Act & { readonly clientOpId: ClientOpId; readonly withDependents: boolean }): Promise<readonly OperationResult[]>;
  waive(tenantId: TenantId, request: Act & { readonly clientOpId: ClientOpId }): Promise<OperationResult>;
  setStatus(tenantId: TenantId, request: Act & { readonly change: StatusChange }): Promise<void>;
  moveEpoch(tenantId: TenantId, request: Act & { readonly branches: readonly BranchId[] | 'all' }): Promise<readonly MovedEpoch[]>;
  webhooks(tenantId: TenantId): Promise<readonly Webhook[]>;
  addWebhook(tenantId: TenantId, request: { readonly url: string; readonly operator: string }): Promise<Webhook & { readonly secret: string }>;
  removeWebhook(tenantId: TenantId, request: { readonly webhookId: string; readonly operator: string }): Promise<Webhook>;
}

export interface FeedQuery {
  readonly branchId: BranchId;
  readonly fromSeq: number;
  readonly limit: number;
  readonly session: SupportSession;
}

/** Whose status changes, and to what. */
export type StatusChange =
  | { readonly of: 'tenant'; readonly status: 'ACTIVE' | 'FROZEN' }
  | { readonly of: 'branch'; readonly branchId: BranchId; readonly status: 'ACTIVE' | 'FROZEN' | 'ARCHIVED' }
  | { readonly of: 'actor'; readonly actorId: ActorId; readonly status: 'ACTIVE' | 'REVOKED' }
  | { readonly of: 'device'; readonly deviceId: DeviceId; readonly status: 'ACTIVE' | 'REVOKED' };
