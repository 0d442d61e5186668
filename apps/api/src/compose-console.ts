import { assertNever, type TenantId } from '@modula/sync-core';
import type { Database } from '@modula/db';
import { listAudit } from './admin/console/audit-log.ts';
import { listDevices } from './admin/console/devices.ts';
import { listFailedOperations } from './admin/console/failed-operations.ts';
import { readOperation } from './admin/console/operation-detail.ts';
import { listStreams, readFeed } from './admin/console/streams.ts';
import { signInSupport, signOutSupport } from './admin/console/support-sessions.ts';
import { listTenants } from './admin/console/tenants.ts';
import { moveEpoch } from './admin/epoch/move-epoch.ts';
import { setActorStatus, setBranchStatus, setDeviceStatus, setTenantStatus } from './admin/freeze/set-status.ts';
import type { Act, AdminPorts, AttemptLimiter } from './admin/ports.ts';
import { addWebhook, listWebhooks, removeWebhook } from './admin/relay/webhooks.ts';
import type { Engine } from './engine/engine.ts';
import type { ConsoleServices, StatusChange } from './routers/console/services.ts';

export interface ConsoleParts {
  readonly db: Database;
  readonly engine: Engine;
  readonly ports: AdminPorts;
  readonly passwords: AttemptLimiter;
  /** Webhooks may point at this machine: tests and development. */
  readonly allowLoopbackWebhooks: boolean;
}

/** The console's services, bound to this node's database and engine. */
export function composeConsole({ db, engine, ports, passwords, allowLoopbackWebhooks }: ConsoleParts): ConsoleServices {
  return {
    signIn: (input) => signInSupport(db, input, { ...ports, passwords }),
    signOut: (token) => signOutSupport(db, token),
    tenants: (query) => listTenants(db, query),
    streams: (tenantId, query) => listStreams(db, tenantId, query),
    feed: (tenantId, query) => readFeed(db, tenantId, query),
    devices: (tenantId, query) => listDevices(db, tenantId, query),
    failedOperations: (tenantId, filter) => listFailedOperations(db, tenantId, filter),
    operation: (tenantId, query) => readOperation(db, tenantId, query),
    audit: (tenantId, query) => listAudit(db, tenantId, query),
    retry: (tenantId, { clientOpId, ...request }) => engine.retry(tenantId, clientOpId, request),
    waive: (tenantId, { clientOpId, ...request }) => engine.waive(tenantId, clientOpId, request),
    async setStatus(tenantId, { change, ...act }) {
      await setStatus(db, { tenantId, change, act }, ports);
      // Whoever lost access is listening, perhaps: every node looks again.
      ports.nudges.moved(tenantId, null, null);
    },
    moveEpoch: (tenantId, request) => moveEpoch(db, tenantId, request, ports),
    webhooks: (tenantId) => listWebhooks(db, tenantId),
    addWebhook: (tenantId, request) => addWebhook(db, tenantId, { ...request, allowLoopback: allowLoopbackWebhooks }, ports),
    removeWebhook: (tenantId, request) => removeWebhook(db, tenantId, request, ports),
  };
}

function setStatus(
  db: Database,
  { tenantId, change, act }: { readonly tenantId: TenantId; readonly change: StatusChange; readonly act: Act },
  ports: AdminPorts,
): Promise<void> {
  switch (change.of) {
    case 'tenant':
      return setTenantStatus(db, { tenantId, ...act, status: change.status }, ports);
    case 'branch':
      return setBranchStatus(db, { tenantId, ...act, branchId: change.branchId, status: change.status }, ports);
    case 'actor':
      return setActorStatus(db, { tenantId, ...act, actorId: change.actorId, status: change.status }, ports);
    case 'device':
      return setDeviceStatus(db, { tenantId, ...act, deviceId: change.deviceId, status: change.status }, ports);
    default:
      return assertNever(change);
  }
}
