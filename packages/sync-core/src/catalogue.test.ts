import { describe, expect, test } from 'vitest';
import { ALL_CONTRACTS } from './contracts/index.ts';
import { ENTITY_KINDS } from './entity-kinds.ts';
import { failureInfo, FAILURES, isFailureCode } from './failures.ts';
import { OPERATION_TYPES } from './operation-types.ts';
import { PERMISSIONS, permissionsOf, ROLES } from './permissions.ts';

describe('the catalogue and the contracts say the same', () => {
  test('every operation type has one contract, under its own name and its module', () => {
    const operations = ALL_CONTRACTS.flatMap((contract) => Object.entries(contract.operations).map(([key, operation]) => ({ key, operation, contract })));
    expect(operations.map(({ key }) => key)).toStrictEqual([...OPERATION_TYPES]);
    for (const { key, operation, contract } of operations) {
      expect(operation).toMatchObject({ type: key, version: 1 });
      expect(key.startsWith(`${contract.module}.`)).toBe(true);
    }
  });

  test('every entity kind belongs to a module, or to the engine', () => {
    const published = ALL_CONTRACTS.flatMap(({ module, kinds }) => Object.entries(kinds).map(([kind, { scope }]) => ({ kind, module, scope })));
    expect(ENTITY_KINDS.filter(({ module }) => module !== 'context' && module !== 'sync')).toStrictEqual(published);
  });

  test('every module code in the catalogue is one that its module rejects with', () => {
    expect(Object.keys(FAILURES).filter((code) => code.includes('.'))).toStrictEqual(ALL_CONTRACTS.flatMap((contract) => contract.failures));
  });

  test('every permission is asked for by an operation, and every one asked for exists', () => {
    const asked = ALL_CONTRACTS.flatMap((contract) => Object.values(contract.operations).map(({ permission }) => permission));
    expect(new Set(asked)).toStrictEqual(new Set(PERMISSIONS));
  });

  test('what works offline, tenant-wide, and under which permission is what the contract says', () => {
    const table = Object.fromEntries(ALL_CONTRACTS.flatMap((contract) => Object.values(contract.operations).map((o) => [o.type, `${o.offline ? 'offline' : 'online'} ${o.scope} ${o.permission}`])));
    expect(table).toStrictEqual({
      'sale.finalize': 'offline branch sale.finalize',
      'sale.void': 'online branch sale.void',
      'cashSession.open': 'offline branch cashSession.open',
      'cashSession.movement': 'offline branch cashSession.movement',
      'cashSession.close': 'offline branch cashSession.close',
      'attendance.startWork': 'offline branch attendance.startWork',
      'attendance.endWork': 'offline branch attendance.endWork',
      'inventory.restock': 'online branch inventory.restock',
      'inventory.adjust': 'online branch inventory.adjust',
      'menu.upsertItem': 'online tenant menu.edit',
      'menu.removeItem': 'online tenant menu.edit',
      'menu.upsertCategory': 'online tenant menu.edit',
      'menu.removeCategory': 'online tenant menu.edit',
      'policy.update': 'online branch policy.edit',
      'discount.upsert': 'online tenant discount.edit',
      'discount.remove': 'online tenant discount.edit',
    });
  });
});

describe('failures', () => {
  test.each(Object.keys(FAILURES))('%s is explained in sentences', (code) => {
    const { message, means, fix } = failureInfo(code);
    for (const sentence of [message, means, fix]) expect(sentence).toMatch(/^[A-Z].*\.$/);
    expect(message.length).toBeLessThan(80);
  });

  test.each(['', 'NOPE', 'constructor', '__proto__', 'sale.finalize'])('%j is no code, and a fault to ask for', (code) => {
    expect(isFailureCode(code)).toBe(false);
    expect(() => failureInfo(code)).toThrow('not in the catalogue');
  });
});

describe('roles', () => {
  test('[A1] owners and managers may do everything where they work, cashiers what a till needs', () => {
    expect(ROLES.map((role) => permissionsOf(role).size)).toStrictEqual([PERMISSIONS.length, PERMISSIONS.length, 5]);
    expect([...permissionsOf('CASHIER')].toSorted()).toStrictEqual([
      'attendance.endWork',
      'attendance.startWork',
      'cashSession.close',
      'cashSession.open',
      'sale.finalize',
    ]);
  });
});
