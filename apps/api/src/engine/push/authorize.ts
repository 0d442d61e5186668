import { permissionsOf, type JsonObject } from '@modula/sync-core';
import type { EntityRef } from '../plug.ts';
import type { Candidate } from './candidate.ts';
import type { ActorFact, Facts } from './facts.ts';

/** An engine refusal: the code, what to tell, and whose state made it so. */
export interface Refusal {
  readonly code: string;
  readonly details: JsonObject | null;
  readonly about: EntityRef | null;
}

export function refusal(code: string, details: JsonObject | null = null, about: EntityRef | null = null): Refusal {
  return { code, details, about };
}

/**
 * May this happen, now (A1)? The order of the checks is the contract's. Tenant and device were checked before the
 * stored outcome was looked up (A2); the module's own rules come after.
 */
export function authorize(candidate: Candidate, facts: Facts): Refusal | null {
  const { operation, registered, lane } = candidate;
  if (registered === undefined) return refusal('OPERATION_TYPE_UNKNOWN', { type: operation.type });
  const { contract } = registered;
  if (operation.version !== contract.version) {
    return refusal('OPERATION_VERSION_UNSUPPORTED', { version: operation.version, supported: [contract.version] });
  }
  if (lane === 'replay' && !contract.offline) return refusal('OPERATION_NOT_REPLAYABLE', { type: operation.type });
  return authorizePlace(candidate, facts, contract.scope) ?? authorizeActor(candidate, facts, contract.permission) ?? payloadShape(candidate);
}

function authorizePlace({ operation }: Candidate, facts: Facts, scope: 'branch' | 'tenant'): Refusal | null {
  const { branchId, deviceId, tenantId } = operation;
  if (branchId === null && scope === 'branch') return refusal('BRANCH_REQUIRED');
  const device = deviceId === null ? undefined : facts.devices.get(deviceId);
  if (branchId !== null && device !== undefined && device.branchId !== branchId) {
    return refusal('BRANCH_MISMATCH', { branchId, deviceBranchId: device.branchId });
  }
  if (facts.tenantStatus === 'FROZEN') {
    return refusal('TENANT_FROZEN', null, { entityKind: 'context.tenant', entityId: tenantId });
  }
  // A till acts from its own branch even when a tenant-wide type names none: a frozen one only reads, an archived one does nothing.
  const place = branchId ?? device?.branchId ?? null;
  if (place === null) return null;
  const about: EntityRef = { entityKind: 'context.branch', entityId: place };
  if (facts.branchStatus === 'FROZEN') return refusal('BRANCH_FROZEN', null, about);
  if (facts.branchStatus === 'ARCHIVED') return refusal('BRANCH_ARCHIVED', null, about);
  return null;
}

function authorizeActor({ operation, caller }: Candidate, facts: Facts, permission: string): Refusal | null {
  const about: EntityRef = { entityKind: 'context.actor', entityId: operation.actorId };
  const actor = facts.actors.get(operation.actorId);
  if (actor === undefined || actor.status === 'REVOKED') return refusal('ACTOR_UNKNOWN', { actorId: operation.actorId }, about);
  if (caller.kind === 'device' && !actor.signedInOn.includes(caller.deviceId)) {
    return refusal('ACTOR_NOT_ON_DEVICE', { actorId: operation.actorId, deviceId: caller.deviceId });
  }
  if (!permissionsOf(actor.role).has(permission) || !reaches(actor, operation.branchId)) {
    return refusal('PERMISSION_DENIED', { permission, role: actor.role, branchId: operation.branchId }, about);
  }
  return null;
}

/** An owner's reach is the tenant. Anybody else reaches its own branches, and a tenant-wide type from any one of them. */
function reaches(actor: ActorFact, branchId: ActorFact['branchIds'][number] | null): boolean {
  if (actor.role === 'OWNER') return true;
  return branchId === null ? actor.branchIds.length > 0 : actor.branchIds.includes(branchId);
}

function payloadShape({ parsed }: Candidate): Refusal | null {
  return parsed?.kind === 'issues' ? refusal('PAYLOAD_INVALID', { issues: parsed.issues }) : null;
}
