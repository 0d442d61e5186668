import { LIMITS } from '../limits.ts';
import { isJsonObject } from '../json.ts';
import type { Issue } from '../path.ts';
import { parseEnvelope, type EnvelopeOrFault } from './envelope.ts';

export type PushInput =
  | { readonly kind: 'ok'; readonly operations: readonly EnvelopeOrFault[] }
  | { readonly kind: 'bad'; readonly issues: readonly Issue[] };

/**
 * Reads the input of `sync.push`. Written by hand because it is the hot path: a schema library takes longer over a batch
 * than JSON.parse. An operation of the wrong shape is a fault of its own (2.3); only one that has no string `clientOpId`
 * to be answered under makes the whole request bad. Never throws, and never looks into payloads: `checkPayload` does.
 */
export function parsePushInput(value: unknown): PushInput {
  if (!isJsonObject(value)) return bad('', 'must be an object');
  const sent: unknown = value['operations'];
  if (!Array.isArray(sent)) return bad('operations', 'must be an array');
  if (sent.length < 1 || sent.length > LIMITS.operationsPerPush) {
    return bad('operations', `must hold 1 to ${LIMITS.operationsPerPush} operations`);
  }
  const issues: Issue[] = [];
  const operations: EnvelopeOrFault[] = [];
  for (const [index, operation] of sent.entries()) {
    if (isJsonObject(operation) && typeof operation['clientOpId'] === 'string') {
      operations.push(parseEnvelope(operation, operation['clientOpId']));
    } else {
      issues.push({ path: `operations[${index}].clientOpId`, message: 'must be a string' });
    }
  }
  return issues.length === 0 ? { kind: 'ok', operations } : { kind: 'bad', issues };
}

function bad(path: string, message: string): PushInput {
  return { kind: 'bad', issues: [{ path, message }] };
}
