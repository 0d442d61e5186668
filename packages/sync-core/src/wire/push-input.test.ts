import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '../limits.ts';
import { parsePushInput } from './push-input.ts';

const id = '0197f2b4-0000-7000-8000-00000000000a';
const operation = {
  clientOpId: id,
  deviceId: '0197f2b4-0000-7000-8000-00000000000b',
  deviceSeq: 1,
  type: 'sale.finalize',
  version: 1,
  tenantId: '0197f2b4-0000-7000-8000-00000000000c',
  branchId: '0197f2b4-0000-7000-8000-00000000000d',
  actorId: '0197f2b4-0000-7000-8000-00000000000e',
  payload: { a: 1 },
  payloadHash: '0'.repeat(64),
  dependsOn: [],
  occurredAt: '2026-11-22T10:00:00.000Z',
};

function only(sent: unknown) {
  const parsed = parsePushInput({ operations: [sent] });
  if (parsed.kind !== 'ok' || parsed.operations[0] === undefined) throw new Error(JSON.stringify(parsed));
  return parsed.operations[0];
}

describe('parsePushInput', () => {
  test('a good operation comes out as it went in', () => {
    expect(only(operation)).toStrictEqual({ kind: 'envelope', clientOpId: id, operation });
    expect(only({ ...operation, branchId: null })).toMatchObject({ operation: { branchId: null } });
  });

  test('[G1] ids are compared in lower case, and answered as they were sent', () => {
    const upper = { ...operation, clientOpId: id.toUpperCase(), dependsOn: [id.toUpperCase()], actorId: operation.actorId.toUpperCase() };
    expect(only(upper)).toStrictEqual({ kind: 'envelope', clientOpId: id.toUpperCase(), operation: { ...operation, dependsOn: [id] } });
  });

  test.each([
    ['2026-11-22T17:00:00+07:00', '2026-11-22T10:00:00.000Z'],
    ['2026-11-22T10:00Z', '2026-11-22T10:00:00.000Z'],
    ['2026-11-22T10:00:00.123456789Z', '2026-11-22T10:00:00.123Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('[O5] a clock may be years off: %s', (occurredAt, utc) => {
    expect(only({ ...operation, occurredAt })).toMatchObject({ kind: 'envelope', operation: { occurredAt: utc } });
  });

  test('[G4] [A1] what the gate refuses by name is not for the envelope to refuse', () => {
    for (const change of [{ payloadHash: 'not a hash' }, { version: 99 }, { type: 'no.such' }, { dependsOn: [id] }]) {
      expect(only({ ...operation, ...change })).toMatchObject({ kind: 'envelope', operation: change });
    }
  });

  test.each<[string, readonly unknown[]]>([
    ['clientOpId', ['', 'nope', 'x'.repeat(10_000), '\u0000', '\ud800']],
    ['deviceId', ['', 1, null, undefined]],
    ['deviceSeq', [0, -1, 1.5, 2 ** 53, '1', null, undefined, Number.NaN]],
    ['type', ['', 'x'.repeat(101), '\u0000', 1, undefined]],
    ['version', [-1, 0.5, 2 ** 31, '1', undefined]],
    ['tenantId', ['', null, undefined]],
    ['branchId', ['', 1, undefined, 'nope']],
    ['actorId', ['', null, undefined]],
    ['payload', [null, [], 'x', 1, undefined]],
    ['payloadHash', ['', 'x'.repeat(201), null, undefined, '\ud800']],
    ['dependsOn', [null, undefined, 'x', ['nope'], [null], Array(LIMITS.dependsOn + 1).fill(id)]],
    ['occurredAt', ['', 'yesterday', '2026-11-22', '2026-11-22T10:00:00', '2026-13-01T00:00:00Z', '0000-01-01T00:00:00Z', '9999-12-31T23:59:59-01:00', 1, null, undefined]],
  ])('a wrong %s is a fault of that operation alone, and named', (field, wrong) => {
    for (const value of wrong) {
      const clientOpId = field === 'clientOpId' ? value : id;
      const parsed = only({ ...operation, [field]: value });
      expect(parsed).toMatchObject({ kind: 'fault', clientOpId });
      expect(parsed.kind === 'fault' && parsed.issues.map((issue) => issue.path)).toStrictEqual([field]);
    }
  });

  test('every wrong field is named', () => {
    const fault = only({ clientOpId: 'x' });
    expect(fault.kind === 'fault' && fault.issues.map(({ path }) => path)).toStrictEqual(Object.keys(operation));
  });

  test.each([
    [undefined, ''],
    [null, ''],
    [[], ''],
    [{}, 'operations'],
    [{ operations: {} }, 'operations'],
    [{ operations: [] }, 'operations'],
    [{ operations: Array.from({ length: LIMITS.operationsPerPush + 1 }, () => operation) }, 'operations'],
    [{ operations: [operation, null] }, 'operations[1].clientOpId'],
    [{ operations: [operation, {}, operation] }, 'operations[1].clientOpId'],
    [{ operations: [{ ...operation, clientOpId: 1 }] }, 'operations[0].clientOpId'],
  ])('a request without an id to answer under is bad as a whole, with the path: %#', (value, path) => {
    const parsed = parsePushInput(value);
    expect(parsed.kind === 'bad' && parsed.issues.map((issue) => issue.path)).toStrictEqual([path]);
  });

  test('a bomb in a payload costs nothing here', () => {
    let bomb: unknown = [];
    for (let depth = 0; depth < 100_000; depth += 1) bomb = [bomb];
    expect(only({ ...operation, payload: { bomb } }).kind).toBe('envelope');
  });

  test('never throws, and answers every operation it was given', () => {
    const anything = fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, withSparseArray: true });
    const nearly = fc.record(Object.fromEntries(Object.entries(operation).map(([field, value]) => [field, fc.oneof(fc.constant(value), anything)])), { requiredKeys: [] });
    fc.assert(
      fc.property(fc.oneof(anything, fc.record({ operations: fc.array(fc.oneof(nearly, anything), { maxLength: 5 }) })), (value) => {
        const parsed = parsePushInput(value);
        const given = parsed.kind === 'ok' ? (value as { operations: unknown[] }).operations.length : 'at least one issue';
        expect(parsed.kind === 'ok' ? parsed.operations.length : parsed.issues.length > 0 && 'at least one issue').toBe(given);
      }),
      { numRuns: 2000 },
    );
  });
});
