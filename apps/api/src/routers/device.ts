import { enrollInput, signInInput, signOutInput, type EnrollOutput, type SignOutOutput } from '@modula/sync-core/wire';
import type { SignedInActor } from '../admin/enrolment/sign-in.ts';
import { devices } from './admit.ts';
import { createDoor, createOpenDoor, type DoorDeps } from './door.ts';
import type { DeviceServices } from './services.ts';
import { parseShape } from './shape.ts';
import { createTrpcRouter, mutation } from './trpc.ts';

export interface EnrollWire {
  readonly code: string;
}

export interface SignInWire {
  readonly actorId: string;
  readonly pin: string;
}

export interface SignOutWire {
  readonly actorId: string;
}

/** `device.*`: how a till gets its token, and who may act on it. */
export function deviceRouter(deps: DoorDeps, services: DeviceServices) {
  return createTrpcRouter({
    enroll: mutation<EnrollWire, EnrollOutput>(
      createOpenDoor(deps, {
        name: 'device.enroll',
        door: async (caller, sent) => {
          await deps.limits.enrolment(caller.remoteAddress);
          return await services.enroll(parseShape(enrollInput, sent).code);
        },
      }),
    ),
    signIn: mutation<SignInWire, SignedInActor>(
      createDoor(deps, {
        name: 'device.signIn',
        admit: devices,
        parse: (sent) => parseShape(signInInput, sent),
        run: (session, input) => services.signIn(session, input),
      }),
    ),
    signOut: mutation<SignOutWire, SignOutOutput>(
      createDoor(deps, {
        name: 'device.signOut',
        admit: devices,
        parse: (sent) => parseShape(signOutInput, sent),
        run: (session, input) => services.signOut(session, input),
      }),
    ),
  });
}
