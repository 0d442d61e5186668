import { isJsonObject, parseBranchId, parseTenantId, type BranchId, type TenantId } from '@modula/sync-core';

/** The channel on which nodes tell each other which streams moved. Anybody who commits may send; it is a hint. */
export const NUDGE_CHANNEL = 'modula_nudge';

/** `branchId` null: any stream of the tenant may have moved, or somebody's access changed; look again. */
export interface StreamMoved {
  readonly tenantId: TenantId;
  readonly branchId: BranchId | null;
  readonly head: number | null;
}

// NOTIFY takes less than 8,000 bytes; one entry is at most 98.
const ENTRIES_PER_MESSAGE = 75;

/** Messages for these movements, each short enough for NOTIFY. */
export function encodeNudges(nodeId: string, moved: readonly StreamMoved[]): string[] {
  const messages: string[] = [];
  for (let at = 0; at < moved.length; at += ENTRIES_PER_MESSAGE) {
    const entries = moved.slice(at, at + ENTRIES_PER_MESSAGE).map(({ tenantId, branchId, head }) => [tenantId, branchId, head]);
    messages.push(JSON.stringify({ node: nodeId, moved: entries }));
  }
  return messages;
}

/** What another node said. What cannot be read is left out: a lost hint costs a poll interval, nothing else. */
export function decodeNudges(payload: string): { readonly nodeId: string; readonly moved: readonly StreamMoved[] } {
  const message = parsedOrNull(payload);
  if (!isJsonObject(message) || typeof message['node'] !== 'string' || !Array.isArray(message['moved'])) {
    return { nodeId: '', moved: [] };
  }
  return { nodeId: message['node'], moved: message['moved'].flatMap(decodeEntry) };
}

function decodeEntry(entry: unknown): StreamMoved[] {
  if (!Array.isArray(entry)) return [];
  const tenantId = parseTenantId(entry[0]);
  const head: unknown = entry[2];
  if (tenantId === null) return [];
  return [{ tenantId, branchId: parseBranchId(entry[1]), head: typeof head === 'number' ? head : null }];
}

function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
