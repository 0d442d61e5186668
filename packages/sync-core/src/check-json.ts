import { isJsonObject } from './json.ts';
import { LIMITS } from './limits.ts';
import { formatPath } from './path.ts';
import { checkText } from './text.ts';

export interface JsonFault {
  readonly path: string;
  readonly reason: 'TOO_DEEP' | 'BAD_UNICODE' | 'NUL' | 'NOT_FINITE' | 'NOT_JSON';
}

/**
 * Says why a value can't be kept as JSON and given back unchanged, or null (G6): more than 32 containers deep, a lone
 * surrogate or U+0000 in a string or key, a number that is not finite, or something JSON has no word for. It stops at
 * the depth limit, so a bomb of 5,000 brackets costs 32 calls. Run it before anything that recurses.
 */
export function checkJson(value: unknown): JsonFault | null {
  return check(value, 0, []);
}

function check(value: unknown, depth: number, path: PropertyKey[]): JsonFault | null {
  switch (typeof value) {
    case 'string':
      return fault(checkText(value), path);
    case 'number':
      return Number.isFinite(value) ? null : fault('NOT_FINITE', path);
    case 'boolean':
      return null;
    case 'object':
      if (value === null) return null;
      if (depth === LIMITS.payloadDepth) return fault('TOO_DEEP', path);
      if (Array.isArray(value)) return checkArray(value, depth, path);
      return isPlain(value) && isJsonObject(value) ? checkObject(value, depth, path) : fault('NOT_JSON', path);
    default:
      return fault('NOT_JSON', path);
  }
}

function checkArray(values: readonly unknown[], depth: number, path: PropertyKey[]): JsonFault | null {
  for (let index = 0; index < values.length; index += 1) {
    path.push(index);
    const found = check(values[index], depth + 1, path);
    if (found !== null) return found;
    path.pop();
  }
  return null;
}

function checkObject(value: { readonly [key: string]: unknown }, depth: number, path: PropertyKey[]): JsonFault | null {
  for (const key of Object.keys(value)) {
    path.push(key);
    const found = fault(checkText(key), path) ?? check(value[key], depth + 1, path);
    if (found !== null) return found;
    path.pop();
  }
  return null;
}

/** A Date or a Map is an object too, but does not come back as one. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function fault(reason: JsonFault['reason'] | null, path: readonly PropertyKey[]): JsonFault | null {
  return reason === null ? null : { path: formatPath(path), reason };
}
