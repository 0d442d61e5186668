import type { PayloadSchema } from '@modula/sync-core';
import type { z } from 'zod';
import type { SupportRole, SupportSession } from '../../engine/session.ts';
import { support } from '../admit.ts';
import { createDoor, createOpenDoor, type Door, type DoorDeps } from '../door.ts';
import { parseShape } from '../shape.ts';
import { createTrpcRouter, mutation, mutationWithoutInput, query } from '../trpc.ts';
import * as inputs from './inputs.ts';
import type { ConsoleServices } from './services.ts';

/** `console.*`: support reads with VIEWER, decides about operations with OPERATOR, changes a tenant's facts with ADMIN. */
export function consoleRouter(deps: DoorDeps, services: ConsoleServices) {
  const doors = staffDoors(deps);
  return createTrpcRouter({
    signIn: mutation<z.input<typeof inputs.signInInput>, Awaited<ReturnType<ConsoleServices['signIn']>>>(
      createOpenDoor(deps, {
        name: 'console.signIn',
        door: async ({ remoteAddress }, sent) => {
          await deps.limits.consoleSignIn(remoteAddress);
          return await services.signIn(parseShape(inputs.signInInput, sent));
        },
      }),
    ),
    signOut: mutationWithoutInput(
      createOpenDoor<{ readonly signedOut: true }>(deps, {
        name: 'console.signOut',
        door: async ({ bearer }) => {
          if (bearer !== null) await services.signOut(bearer);
          return { signedOut: true };
        },
      }),
    ),
    me: query<undefined, { readonly email: string; readonly role: SupportRole }>(
      createDoor(deps, {
        name: 'console.me',
        admit: support('VIEWER'),
        parse: () => null,
        run: ({ email, role }) => Promise.resolve({ email, role }),
      }),
    ),
    ...readProcedures(doors, services),
    ...actProcedures(doors, services),
  });
}

function readProcedures({ reads }: StaffDoors, services: ConsoleServices) {
  return {
    tenants: reads('tenants', inputs.tenantsInput, (_session, input) => services.tenants(input)),
    streams: reads('streams', inputs.streamsInput, (_session, { tenantId, ...query }) => services.streams(tenantId, query)),
    feed: reads('feed', inputs.feedInput, (session, { tenantId, ...input }) => services.feed(tenantId, { ...input, session })),
    devices: reads('devices', inputs.devicesInput, (_session, { tenantId, ...query }) => services.devices(tenantId, query)),
    failedOperations: reads('failedOperations', inputs.failedInput, (_session, { tenantId, ...filter }) => services.failedOperations(tenantId, filter)),
    operation: reads('operation', inputs.operationInput, (session, { tenantId, clientOpId }) => services.operation(tenantId, { clientOpId, session })),
    audit: reads('audit', inputs.auditInput, (_session, { tenantId, ...input }) => services.audit(tenantId, input)),
    webhooks: reads('webhooks', inputs.ofTenant, (_session, { tenantId }) => services.webhooks(tenantId)),
  };
}

function actProcedures({ decides, administers }: StaffDoors, services: ConsoleServices) {
  return {
    retry: decides('retry', inputs.retryInput, ({ email }, { tenantId, ...input }) => services.retry(tenantId, { ...input, operator: email })),
    waive: decides('waive', inputs.waiveInput, ({ email }, { tenantId, ...input }) => services.waive(tenantId, { ...input, operator: email })),
    setStatus: administers('setStatus', inputs.statusInput, async ({ email }, { tenantId, ...input }) => {
      await services.setStatus(tenantId, { ...input, operator: email });
      return { done: true };
    }),
    moveEpoch: administers('moveEpoch', inputs.epochInput, ({ email }, { tenantId, ...input }) =>
      services.moveEpoch(tenantId, { ...input, operator: email }),
    ),
    addWebhook: administers('addWebhook', inputs.addWebhookInput, ({ email }, { tenantId, url }) =>
      services.addWebhook(tenantId, { url, operator: email }),
    ),
    removeWebhook: administers('removeWebhook', inputs.removeWebhookInput, ({ email }, { tenantId, webhookId }) =>
      services.removeWebhook(tenantId, { webhookId, operator: email }),
    ),
  };
}

type StaffDoors = ReturnType<typeof staffDoors>;

/** A schema that says what a client sends, beside what comes out of it. */
interface WireSchema<Wire, Input> extends PayloadSchema<Input> {
  readonly _input: Wire;
}

type Work<Input, Output> = (session: SupportSession, input: Input) => Promise<Output>;

/** Makers of procedures for support staff, by what the procedure needs. */
function staffDoors(deps: DoorDeps) {
  const door = <Input, Output>(
    { name, least, schema }: { readonly name: string; readonly least: SupportRole; readonly schema: PayloadSchema<Input> },
    run: Work<Input, Output>,
  ): Door<Output> => createDoor(deps, { name: `console.${name}`, admit: support(least), parse: (sent) => parseShape(schema, sent), run });
  return {
    reads: <Wire, Input, Output>(name: string, schema: WireSchema<Wire, Input>, run: Work<Input, Output>) =>
      query<Wire, Output>(door({ name, least: 'VIEWER', schema }, run)),
    decides: <Wire, Input, Output>(name: string, schema: WireSchema<Wire, Input>, run: Work<Input, Output>) =>
      mutation<Wire, Output>(door({ name, least: 'OPERATOR', schema }, run)),
    administers: <Wire, Input, Output>(name: string, schema: WireSchema<Wire, Input>, run: Work<Input, Output>) =>
      mutation<Wire, Output>(door({ name, least: 'ADMIN', schema }, run)),
  };
}
