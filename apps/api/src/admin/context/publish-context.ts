import type { Tx } from '@modula/db';
import { canonicalJson, type BranchId, type JsonObject, type TenantId } from '@modula/sync-core';
import { FeedWriter, type MovedStream } from '../../engine/feed/feed-writer.ts';
import { tombstone, upsert, type EntityChange } from '../../engine/plug.ts';
import { actorContexts, branchContexts, tenantContext, type ContextEntity } from './context-entities.ts';
import { liveBranchContext, liveTenantContext, type LiveContext } from './live-context.ts';

export interface ContextTarget {
  /** The streams whose own context is compared. The caller holds their row locks. */
  readonly branchIds: readonly BranchId[];
  /** Compares context.tenant too. The caller holds the tenant row and every stream. */
  readonly wholeTenant: boolean;
  readonly occurredAt: string;
}

/**
 * Publishes context.tenant, context.branch and context.actor where what devices hold differs from the rows. Comparing
 * with the feed itself makes it right after any mix of changes, and silent when there is nothing to tell.
 * Needs the stream row locks of the branches named; call it after the rows are written and the seeds are sown.
 */
export async function publishContext(tx: Tx, tenantId: TenantId, target: ContextTarget): Promise<MovedStream[]> {
  const origin = { occurredAt: target.occurredAt, actorId: null, clientOpId: null };
  const [branches, actors, live, tenant, liveTenant] = await Promise.all([
    branchContexts(tx, tenantId, target.branchIds),
    actorContexts(tx, tenantId, target.branchIds),
    liveBranchContext(tx, tenantId, target.branchIds),
    target.wholeTenant ? tenantContext(tx, tenantId) : null,
    target.wholeTenant ? liveTenantContext(tx, tenantId) : null,
  ]);

  const own = await FeedWriter.open(tx, tenantId, { kind: 'branches', branchIds: target.branchIds });
  for (const [branchId, branch] of branches) {
    const held = live.get(branchId) ?? new Map<string, LiveContext>();
    // An archived branch gets one last word about itself; nobody pulls it any more.
    const members = branch.status === 'ARCHIVED' ? [] : differences(actors.get(branchId) ?? [], held, 'context.actor');
    own.append(branchId, [...members, ...differences([branch.entity], held, 'context.branch')], origin);
  }
  await Promise.all(own.statements());
  const moved = own.moved();
  if (tenant === null || (liveTenant !== null && isHeld(tenant.payload, liveTenant))) return moved;

  const shared = await FeedWriter.open(tx, tenantId, { kind: 'tenant', originBranchId: null });
  shared.appendShared([upsert('context.tenant', tenant.entityId, tenant.payload)], origin);
  await Promise.all(shared.statements());
  return shared.moved();
}

/** What turns what a stream holds of one kind into what it should hold. */
function differences(
  wanted: readonly ContextEntity[],
  held: ReadonlyMap<string, LiveContext>,
  kind: 'context.actor' | 'context.branch',
): EntityChange[] {
  const changes: EntityChange[] = [];
  const wantedIds = new Set(wanted.map((entity) => entity.entityId));
  for (const [entityId, entry] of held) {
    if (entry.entityKind === kind && entry.opKind === 'UPSERT' && !wantedIds.has(entityId)) changes.push(tombstone(kind, entityId));
  }
  for (const { entityId, payload } of wanted) {
    const entry = held.get(entityId);
    if (entry === undefined || !isHeld(payload, entry)) changes.push(upsert(kind, entityId, payload));
  }
  return changes;
}

// The feed stores canonical text, so equal texts are equal payloads.
function isHeld(payload: JsonObject, entry: LiveContext): boolean {
  return entry.opKind === 'UPSERT' && entry.payload === canonicalJson(payload);
}
