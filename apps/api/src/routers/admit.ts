import { RequestError } from '../engine/request-error.ts';
import type { ActorSession, DeviceSession, Session, SupportRole, SupportSession } from '../engine/session.ts';

/** Says whether this kind of caller may knock at a door at all, and narrows it. Throws FORBIDDEN. */
export type Admit<Who extends Session> = (session: Session) => Who;

export const devices: Admit<DeviceSession> = (session) => {
  if (session.kind !== 'device') throw forbidden('A device token is needed here.');
  return session;
};

export const devicesAndActors: Admit<DeviceSession | ActorSession> = (session) => {
  if (session.kind === 'support') throw forbidden('A device or an actor token is needed here.');
  return session;
};

export const devicesAndSupport: Admit<DeviceSession | SupportSession> = (session) => {
  if (session.kind === 'actor') throw forbidden('A device token or a support session is needed here.');
  return session;
};

const RANK: { readonly [Role in SupportRole]: number } = { VIEWER: 0, OPERATOR: 1, ADMIN: 2 };

/** Support staff of at least this role. */
export function support(least: SupportRole): Admit<SupportSession> {
  return (session) => {
    if (session.kind !== 'support') throw forbidden('A support session is needed here.');
    if (RANK[session.role] < RANK[least]) throw forbidden(`The role ${least} is needed here.`);
    return session;
  };
}

function forbidden(message: string): RequestError {
  return new RequestError('FORBIDDEN', message);
}
