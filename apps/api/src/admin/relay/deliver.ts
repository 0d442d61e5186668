import { signBody } from './signature.ts';
import type { ClaimedEvent } from './outbox.ts';

const DELIVERY_TIMEOUT_MS = 5_000;

/** Null: the receiver took it. Otherwise what went wrong, without a word of what the receiver answered. */
export async function deliver(event: ClaimedEvent, nowMs: number): Promise<string | null> {
  try {
    const response = await fetch(event.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'modula-sync',
        'x-modula-event-id': event.eventId,
        'x-modula-event-type': event.eventType,
        'x-modula-attempt': String(event.attempt),
        'x-modula-signature': signBody(event.secret, event.body, nowMs),
      },
      body: event.body,
      // A redirect would carry the event to an address nobody entered.
      redirect: 'manual',
      signal: AbortSignal.timeout(DELIVERY_TIMEOUT_MS),
    });
    // Nothing of the answer but its status is of interest; what is not read would hold the connection.
    await response.body?.cancel();
    return response.ok ? null : `HTTP ${response.status}`;
  } catch (error) {
    return failureName(error);
  }
}

function failureName(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { cause } = error;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return error.name;
}
