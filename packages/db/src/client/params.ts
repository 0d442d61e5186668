/**
 * Turns a parameter into the text that goes into the Bind message; null stays null.
 * Everything is sent as untyped text, so PostgreSQL infers the type from the statement and the statement cache has one entry
 * per text. Arrays become array literals; cast them in the statement (`$2::uuid[]`). Objects are refused: JSON is handed over
 * as text (`$3::text::jsonb`), so that nobody encodes it twice.
 */
export function encodeParam(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (value === null) return null;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return encodeArray(value);
  throw new TypeError(`A statement parameter must be text, number, boolean, null or an array of these, not ${typeof value}`);
}

function encodeArray(values: readonly unknown[]): string {
  return `{${values.map(encodeElement).join(',')}}`;
}

function encodeElement(value: unknown): string {
  const text = encodeParam(value);
  if (text === null) return 'NULL';
  if (Array.isArray(value)) return text;
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
