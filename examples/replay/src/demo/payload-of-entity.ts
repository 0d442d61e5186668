import type { CachedEntity } from '@modula/sync-client';
import { isJsonObject, type JsonObject } from '@modula/sync-core';

export function payloadOfEntity(entity: CachedEntity): JsonObject {
  const payload: unknown = JSON.parse(entity.payloadText);
  if (!isJsonObject(payload)) throw new Error(`${entity.entityKind} ${entity.entityId} is not an object`);
  return payload;
}
