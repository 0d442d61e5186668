import { isJsonObject, type JsonValue } from '@modula/sync-core';

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;
const HASH = /^[0-9a-f]{64}$/;
const SEALED = /^[\w-]{60,}$/;

/**
 * An answer without what may differ between two requests: the ids that were sent become their names, instants, hashes
 * and counts their type. Codes, messages, keys, nulls and the presence of things stay.
 */
export function shapeOf(text: string, sent: { readonly [name: string]: string }): unknown {
  let named = text;
  for (const [name, value] of Object.entries(sent)) named = named.replaceAll(value, `<${name}>`);
  return reduced(JSON.parse(named) as JsonValue);
}

function reduced(value: JsonValue): unknown {
  if (Array.isArray(value)) {
    // Array.isArray widens the elements of a readonly array to any.
    const elements = value as readonly JsonValue[];
    const shapes = new Map(elements.map((element) => [JSON.stringify(reduced(element)), reduced(element)]));
    return [...shapes].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, shape]) => shape);
  }
  if (isJsonObject(value)) return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, key === 'id' ? 'id' : reduced(entry)]));
  if (typeof value === 'number') return 'number';
  if (typeof value !== 'string') return value;
  if (HASH.test(value)) return 'hash';
  if (SEALED.test(value)) return 'sealed';
  return value.replaceAll(UUID, 'uuid').replaceAll(INSTANT, 'instant');
}

/** Every UUID in a text. */
export function uuidsIn(text: string): readonly string[] {
  return text.match(UUID) ?? [];
}
