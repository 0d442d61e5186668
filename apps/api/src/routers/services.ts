import type { ActorId } from '@modula/sync-core';
import type { EnrollOutput, SignOutOutput } from '@modula/sync-core/wire';
import type { SignedInActor } from '../admin/enrolment/sign-in.ts';
import type { DeviceSession } from '../engine/session.ts';

/** What `device.*` asks of administration. Refusals are RequestErrors. */
export interface DeviceServices {
  enroll(code: string): Promise<EnrollOutput>;
  signIn(session: DeviceSession, input: { readonly actorId: ActorId; readonly pin: string }): Promise<SignedInActor>;
  signOut(session: DeviceSession, input: { readonly actorId: ActorId }): Promise<SignOutOutput>;
}
