import type { SupportSession } from '../../engine/session.ts';

/** A payload as a support person may see it: viewers see that it is there and which one it is, not what is in it. */
export function maskPayload(session: SupportSession, payload: string | null): unknown {
  if (payload === null || session.role === 'VIEWER') return null;
  return parseStored(payload);
}

/** Text that this service stored as JSON. */
export function parseStored(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}
