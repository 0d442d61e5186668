declare const brand: unique symbol;

/** Exported only so that declaration files can name it. */
export interface Brand<Name extends string> {
  readonly [brand]: Name;
}

type Branded<Name extends string> = string & Brand<Name>;

/** Ids are UUIDs in lower case. The only way to one is its parse function. */
export type TenantId = Branded<'TenantId'>;
export type BranchId = Branded<'BranchId'>;
export type DeviceId = Branded<'DeviceId'>;
export type ActorId = Branded<'ActorId'>;
export type ClientOpId = Branded<'ClientOpId'>;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The UUID (any version) in lower case, or null. */
export function parseUuid(text: unknown): string | null {
  if (typeof text !== 'string' || text.length !== 36) return null;
  const lower = text.toLowerCase();
  return uuid.test(lower) ? lower : null;
}

// The casts below are the brands' birthplace: the text has just been parsed.
export function parseTenantId(text: unknown): TenantId | null {
  return parseUuid(text) as TenantId | null;
}

export function parseBranchId(text: unknown): BranchId | null {
  return parseUuid(text) as BranchId | null;
}

export function parseDeviceId(text: unknown): DeviceId | null {
  return parseUuid(text) as DeviceId | null;
}

export function parseActorId(text: unknown): ActorId | null {
  return parseUuid(text) as ActorId | null;
}

export function parseClientOpId(text: unknown): ClientOpId | null {
  return parseUuid(text) as ClientOpId | null;
}
