import { parseActorId, parseBranchId, parseClientOpId, parseDeviceId, parseTenantId, type ClientOpId } from '../ids.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import { LIMITS } from '../limits.ts';
import type { ParsedOperation } from '../operation.ts';
import type { Issue } from '../path.ts';
import { checkText } from '../text.ts';
import { parseInstant } from './instant.ts';

/** One place of a push: an operation to judge, or one that can only be answered. Both under the id as it was sent. */
export type EnvelopeOrFault =
  | { readonly kind: 'envelope'; readonly clientOpId: string; readonly operation: ParsedOperation }
  | {
      readonly kind: 'fault';
      readonly clientOpId: string;
      readonly issues: readonly Issue[];
      /** What a repeat is known by (G3), when all of it could be read: the fault is elsewhere in the envelope. */
      readonly identity: OperationIdentity | null;
    };

/** The fields that make two operations of one id the same operation (G3). */
export type OperationIdentity = Pick<ParsedOperation, 'clientOpId' | 'type' | 'version' | 'branchId' | 'actorId' | 'payload'>;

const MAX_TYPE_LENGTH = 100;
// A wrong hash is for the gate to refuse (G4), whatever it looks like, so only its size is limited here.
const MAX_HASH_LENGTH = 200;
// What a database integer holds. An odd version is for the engine to refuse by its name (A1).
const MAX_VERSION = 2_147_483_647;

/** Reads one operation. Fields that the envelope does not know are left out, so that a newer till can talk to an older server. */
export function parseEnvelope(sent: JsonObject, clientOpIdAsSent: string): EnvelopeOrFault {
  const clientOpId = parseClientOpId(clientOpIdAsSent);
  const deviceId = parseDeviceId(sent['deviceId']);
  const deviceSeq = integerIn(sent['deviceSeq'], 1, Number.MAX_SAFE_INTEGER);
  const type = textUpTo(sent['type'], MAX_TYPE_LENGTH);
  const version = integerIn(sent['version'], 0, MAX_VERSION);
  const tenantId = parseTenantId(sent['tenantId']);
  const branchId = sent['branchId'] === null ? null : (parseBranchId(sent['branchId']) ?? undefined);
  const actorId = parseActorId(sent['actorId']);
  const payload = isJsonObject(sent['payload']) ? sent['payload'] : null;
  const payloadHash = textUpTo(sent['payloadHash'], MAX_HASH_LENGTH);
  const dependsOn = clientOpIds(sent['dependsOn']);
  const occurredAt = parseInstant(sent['occurredAt']);
  if (
    clientOpId === null ||
    deviceId === null ||
    deviceSeq === null ||
    type === null ||
    version === null ||
    tenantId === null ||
    branchId === undefined ||
    actorId === null ||
    payload === null ||
    payloadHash === null ||
    dependsOn === null ||
    occurredAt === null
  ) {
    const read = { clientOpId, deviceId, deviceSeq, type, version, tenantId, branchId, actorId, payload, payloadHash, dependsOn, occurredAt };
    const identity =
      clientOpId === null || type === null || version === null || branchId === undefined || actorId === null || payload === null
        ? null
        : { clientOpId, type, version, branchId, actorId, payload };
    return { kind: 'fault', clientOpId: clientOpIdAsSent, issues: complaints(read), identity };
  }
  return {
    kind: 'envelope',
    clientOpId: clientOpIdAsSent,
    operation: { clientOpId, deviceId, deviceSeq, type, version, tenantId, branchId, actorId, payload, payloadHash, dependsOn, occurredAt },
  };
}

const EXPECTED = {
  clientOpId: 'must be a UUID',
  deviceId: 'must be a UUID',
  deviceSeq: 'must be an integer from 1 to 2^53 - 1',
  type: `must be a string of 1 to ${MAX_TYPE_LENGTH} characters`,
  version: 'must be an integer from 1',
  tenantId: 'must be a UUID',
  branchId: 'must be a UUID or null',
  actorId: 'must be a UUID',
  payload: 'must be an object',
  payloadHash: 'must be a lower-case hex SHA-256',
  dependsOn: `must be an array of at most ${LIMITS.dependsOn} operation ids`,
  occurredAt: 'must be an ISO-8601 instant with a time zone',
} as const;

function complaints(read: { readonly [Field in keyof typeof EXPECTED]: unknown }): Issue[] {
  const issues: Issue[] = [];
  for (const [field, message] of Object.entries(EXPECTED)) {
    // The keys of EXPECTED are the keys of `read`, by its type. A branchId of null is a legal one.
    const value = read[field as keyof typeof EXPECTED];
    if (value === undefined || (value === null && field !== 'branchId')) issues.push({ path: field, message });
  }
  return issues;
}

function integerIn(value: unknown, min: number, max: number): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max ? value : null;
}

function textUpTo(value: unknown, maxLength: number): string | null {
  return typeof value === 'string' && value.length >= 1 && value.length <= maxLength && checkText(value) === null ? value : null;
}

function clientOpIds(value: unknown): ClientOpId[] | null {
  if (!Array.isArray(value) || value.length > LIMITS.dependsOn) return null;
  const ids: ClientOpId[] = [];
  for (const sent of value) {
    const id = parseClientOpId(sent);
    if (id === null) return null;
    ids.push(id);
  }
  return ids;
}
