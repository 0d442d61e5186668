/** One entry as PostgreSQL answers it: seq, kind, entity id, op kind, payload text, instant, actor, operation. */
export type EntryCells = readonly [
  seq: number,
  entityKind: string,
  entityId: string,
  opKind: string,
  payload: string | null,
  occurredAt: string,
  actorId: string | null,
  clientOpId: string | null,
];

/** Ids that need no escaping in JSON: nearly all are UUIDs. */
const PLAIN = /^[\w.:-]*$/;

/** The JSON array of a page's changes (contract 2.2), payloads as they were stored (design decision 19). */
export function changesTextOf(entries: readonly EntryCells[]): string {
  let text = '[';
  for (const [seq, kind, entityId, opKind, payload, occurredAt, actorId, clientOpId] of entries) {
    if (text.length > 1) text += ',';
    text +=
      `{"seq":${seq},"entityKind":"${kind}","entityId":${quoted(entityId)},"opKind":"${opKind}","payload":${payload ?? 'null'},` +
      `"occurredAt":"${occurredAt}","actorId":${quotedOrNull(actorId)},"clientOpId":${quotedOrNull(clientOpId)}}`;
  }
  return `${text}]`;
}

function quoted(id: string): string {
  return PLAIN.test(id) ? `"${id}"` : JSON.stringify(id);
}

/** Only for UUIDs, which need no escaping. */
function quotedOrNull(uuid: string | null): string {
  return uuid === null ? 'null' : `"${uuid}"`;
}
