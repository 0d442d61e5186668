/** How PostgreSQL's text output becomes JavaScript: bigint is a number, a timestamp is an ISO-8601 UTC string. */
export const TYPE_PARSERS = {
  bigint: { to: 20, from: [20], serialize: passText, parse: parseSafeInteger },
  instant: { to: 1184, from: [1114, 1184], serialize: passText, parse: parseInstant },
  day: { to: 1082, from: [1082], serialize: passText, parse: passText },
  // Parameters reach the driver as text already, so the driver's own boolean and JSON encoders must let text pass.
  boolean: { to: 16, from: [16], serialize: passText, parse: (text: string) => text === 't' },
  // text[], varchar[] and uuid[]; behind them boolean[] and bigint[]. The driver would ask the server for its array types on every new connection, and when the
  // connection is lost in that moment nobody is there to take the rejection, which ends the process.
  texts: { to: 1009, from: [1009, 1015, 2951], serialize: passText, parse: parseTexts },
  booleans: { to: 1000, from: [1000], serialize: passText, parse: (text: string) => parseTexts(text).map((element) => element === 't') },
  bigints: { to: 1016, from: [1016], serialize: passText, parse: (text: string) => parseTexts(text).map(parseSafeInteger) },
  json: { to: 114, from: [114, 3802], serialize: passText, parse: (text: string): unknown => JSON.parse(text) },
};

function passText(value: unknown): string {
  return String(value);
}

/** Throws rather than round: a seq that lost its last digit would skip changes. */
export function parseSafeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint ${text} is outside the safe integers`);
  return value;
}

const TIMESTAMP = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:\+00)?$/;

/** `2026-11-22 10:00:00.5+00` → `2026-11-22T10:00:00.500Z`. Sessions run in UTC; microseconds are cut to milliseconds. */
export function parseInstant(text: string): string {
  const match = TIMESTAMP.exec(text);
  if (match === null) throw new RangeError(`timestamp ${text} is not a UTC instant between the years 0001 and 9999`);
  const [, day, time, fraction = ''] = match;
  return `${day}T${time}.${fraction.padEnd(3, '0').slice(0, 3)}Z`;
}

/** `{a,"b \\"c\\"",NULL}` → its elements as text. One dimension; NULL reads as the text 'NULL', no column of ours holds one. */
export function parseTexts(text: string): string[] {
  const elements: string[] = [];
  const element = /"((?:[^"\\]|\\.)*)"|([^,{}"]+)/gs;
  for (const [, quoted, plain] of text.slice(1, -1).matchAll(element)) {
    elements.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll(/\\(.)/gs, '$1'));
  }
  return elements;
}
